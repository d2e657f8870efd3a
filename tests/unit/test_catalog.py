from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mailwright import catalog
from mailwright.catalog import RelayPreset, SpfKind, Text, relay_presets
from mailwright.i18n import LANGUAGES, set_language
from mailwright.model.requirements import TlsMode

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "relays"
PRESETS = [pytest.param(preset, id=preset.id) for preset in relay_presets().values()]
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def texts(preset: RelayPreset) -> Iterator[Text]:
    known = (preset.user_help, preset.password_label, preset.sender_rule, preset.caution)
    yield from (text for text in (*known, preset.quota.note) if text is not None)
    yield from (reply.explanation for reply in preset.replies)


def test_there_is_a_preset_for_each_file() -> None:
    assert set(relay_presets()) == {path.stem for path in FOLDER.glob("*.toml")}
    names = [preset.name for preset in relay_presets().values()]
    assert names == sorted(names, key=str.casefold)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_text_is_there_in_each_language(preset: RelayPreset) -> None:
    assert set(LANGUAGES) == {"en", "ja"}
    assert preset.user_help is not None
    for text in texts(preset):
        assert not JAPANESE.search(text.en)
        assert JAPANESE.search(text.ja)
        assert text.en == text.en.strip()
        assert text.ja == text.ja.strip()


@pytest.mark.parametrize("preset", PRESETS)
def test_ports_begin_tls_as_their_numbers_say(preset: RelayPreset) -> None:
    implicit = {known.port for known in preset.ports if known.tls is TlsMode.IMPLICIT}
    assert implicit <= {443, 465, 2465, 8465}
    assert not {25, 587} & implicit
    assert preset.tls_on(preset.ports[0].port) is preset.ports[0].tls
    assert preset.tls_on(1) is None


@pytest.mark.parametrize("preset", PRESETS)
def test_hosts_are_known_and_have_what_spf_needs(preset: RelayPreset) -> None:
    for known in preset.hosts:
        assert preset.has_host(known.host)
        assert (preset.include_for(known.host) is not None) == (preset.spf is SpfKind.INCLUDE)
    assert not preset.has_host("smtp.example.com")
    assert preset.checked <= date(2100, 1, 1)


def test_a_pattern_knows_hosts_that_no_list_has() -> None:
    ses = relay_presets()["amazon-ses"]
    assert ses.has_host("email-smtp.xx-new-9.amazonaws.com")
    assert not ses.has_host("email-smtp.us-east-1.amazonaws.com.example.com")
    connector = relay_presets()["microsoft-365-connector"]
    assert connector.has_host("example-jp.mail.protection.outlook.com")
    assert connector.include_for("example-jp.mail.protection.outlook.com") == (
        "spf.protection.outlook.com"
    )


def test_a_region_may_have_an_include_of_its_own() -> None:
    sparkpost = relay_presets()["sparkpost"]
    assert sparkpost.include_for("smtp.eu.sparkpostmail.com") == "_spf.eu.sparkpostmail.com"
    assert sparkpost.include_for("smtp.sparkpostmail.com") == "_spf.sparkpostmail.com"


def test_a_reply_is_explained_where_it_is_known() -> None:
    microsoft = relay_presets()["microsoft-365"]
    reply = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled"
    assert "SMTP AUTH" in str(microsoft.explain(reply))
    assert microsoft.explain("250 2.0.0 Ok") is None


@pytest.mark.usefixtures("japanese")
def test_a_text_follows_the_language() -> None:
    text = Text(en="word", ja="語")
    assert str(text) == "語"
    set_language("en")
    assert str(text) == "word"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "Postmark"', "", "name"),
        ("[user_help]", "[user_hlep]", "user_hlep"),
        ('"starttls"', '"ssl"', "ssl"),
        ("port = 2525", "port = 587", "twice"),
        ("port = 2525", "port = 70000", "range"),
        ("smtp.postmarkapp.com", "SMTP.postmarkapp.com", "lower case"),
        ("[quota]", "[spf_include]\nx = 1\n[quota]", "spf_include"),
        ('spf = "none"', 'spf = "include"', "without its domain"),
        ('authentication = ["login"]', "authentication = []", "no authentication"),
        ("https://", "http://", "source"),
        ("checked = 2026-11-24", 'checked = "soon"', "checked"),
    ],
)
def test_a_broken_file_is_told_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, complaint: str
) -> None:
    path = tmp_path / "postmark.toml"
    shutil.copy(FOLDER / path.name, path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    monkeypatch.setattr(catalog, "data_files", lambda _folder: [path])
    # The presets are kept for the life of the program; this is the function beneath.
    with pytest.raises(ValueError, match=complaint) as caught:
        relay_presets.__wrapped__()
    assert "postmark.toml" in str(caught.value)
