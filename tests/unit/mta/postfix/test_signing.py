from __future__ import annotations

import pytest

from mailwright.model.server import Facts, Observation
from mailwright.mta.opendkim.conf import CONF, TEXT
from mailwright.mta.postfix.settings import MAIN_CF, MainCf
from mailwright.mta.postfix.signing import SIGNER, NoSigning, parameters

OURS = f"""\
smtpd_milters = {SIGNER}
non_smtpd_milters = {SIGNER}
milter_default_action = tempfail
milter_protocol = 6
internal_mail_filter_classes = bounce
"""


def settled(text: str, *, signing: bool, conf: str = TEXT) -> dict[str, str | None]:
    """What a plan changes in a main.cf with this text, beside this opendkim.conf."""
    texts: dict[str, str | None] = {MAIN_CF: text, CONF: conf}
    seen = Observation(Facts("debian", "12"), texts=texts, packages={"postfix": "3.7"})
    resource = MainCf("main.cf", parameters()) if signing else NoSigning("no-signing")
    step = resource.step(seen, after_packages=False)
    return {} if step is None else {change.id: change.after for change in step.changes}


def test_a_persons_own_signer_at_that_port_stays() -> None:
    assert settled(OURS, signing=False, conf="Mode sv\nDomain corp.example\n") == {}


def test_every_way_in_is_signed_and_nothing_leaves_unsigned() -> None:
    assert settled("", signing=True) == {
        "smtpd_milters": SIGNER,
        "non_smtpd_milters": SIGNER,
        "milter_default_action": "tempfail",
        "milter_protocol": "6",
        "internal_mail_filter_classes": "bounce",
    }
    assert SIGNER == "inet:127.0.0.1:8891"
    assert settled(OURS, signing=True) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("inet:localhost:11332", f"inet:localhost:11332, {SIGNER}"),
        (
            "unix:/a\n  { inet:b:1, command_timeout=5s }",
            f"unix:/a, {{ inet:b:1, command_timeout=5s }}, {SIGNER}",
        ),
        (f"{SIGNER}, unix:/a", None),
        ("inet:localhost:8891", None),
        (f"{{ {SIGNER}, connect_timeout=10s }}", None),
        ("inet:127.0.0.1:88910", f"inet:127.0.0.1:88910, {SIGNER}"),
    ],
)
def test_a_persons_filters_stay_and_the_signer_comes_last(before: str, after: str | None) -> None:
    text = OURS.replace(f"\nnon_smtpd_milters = {SIGNER}", f"\nnon_smtpd_milters = {before}")
    assert settled(text, signing=True).get("non_smtpd_milters") == after


@pytest.mark.parametrize("reference", ["$smtpd_milters", "${smtpd_milters}", "$(smtpd_milters)"])
def test_a_list_that_names_the_other_has_the_signer_through_it(reference: str) -> None:
    text = OURS.replace(f"non_smtpd_milters = {SIGNER}", f"non_smtpd_milters = {reference}")
    assert settled(text, signing=True) == {}


def test_without_signing_nothing_of_it_stays() -> None:
    assert settled(OURS, signing=False) == dict.fromkeys(
        (
            *("smtpd_milters", "non_smtpd_milters", "milter_default_action"),
            *("milter_protocol", "internal_mail_filter_classes"),
        )
    )


def test_without_signing_a_server_that_never_signed_is_left_alone() -> None:
    assert settled("", signing=False) == {}
    own = "smtpd_milters = inet:localhost:11332\nmilter_default_action = tempfail\n"
    assert settled(own, signing=False) == {}


def test_without_signing_a_persons_filters_and_what_governs_them_stay() -> None:
    text = OURS.replace("\nnon_", "\n  unix:/rspamd\nnon_", 1)
    assert settled(text, signing=False) == {
        "smtpd_milters": "unix:/rspamd",
        "non_smtpd_milters": None,
    }
    reference = text.replace(f"non_smtpd_milters = {SIGNER}", "non_smtpd_milters = $smtpd_milters")
    assert settled(reference, signing=False) == {"smtpd_milters": "unix:/rspamd"}


def test_without_signing_a_value_that_a_person_chose_stays() -> None:
    text = OURS.replace("= tempfail", "= accept").replace("classes = bounce", "classes = notify")
    changed = settled(text, signing=False)
    assert set(changed) == {"smtpd_milters", "non_smtpd_milters", "milter_protocol"}
