"""The runner takes back Mailwright's own parameters, and nothing that others wrote since."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailwright.datafiles import data_path
from mailwright.mta.postfix.syntax import parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

QUICK = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""A folder in memory, where one is: the runner waits for the disk."""

NAMES = ("biff", "relayhost", "mydestination", "soft_bounce")
ORIGINAL = "# the distribution's\nbiff = yes\n  # a comment\nsoft_bounce = yes\nother = 1,\n  2\n"
APPLIED = "# the distribution's\nbiff = no\n  # a comment\nother = 1,\n  2\nrelayhost = [r]:587\n"

UNDO = r"""
. "$1/runner.sh"
cf=$1/postfix/main.cf step=$1/step
save || exit 1
main_cf_values "$cf" $2 >"$step/values.before"
cat "$1/applied" >"$cf"
main_cf_values "$cf" $2 >"$step/values.after"
remember
if cmp -s "$1/applied" "$1/changed"; then :; else cat "$1/changed" >"$cf"; fi
main_cf_undo
"""


class Undone(NamedTuple):
    text: str
    left: str


def undo(
    folder: Path, original: str, applied: str, changed: str, names: tuple[str, ...] = NAMES
) -> Undone:
    """What main.cf is after an apply, somebody's change, and the undo."""
    (folder / "postfix").mkdir()
    (folder / "step").mkdir()
    main_cf = folder / "postfix/main.cf"
    runner = data_path("server/runner.sh").read_text().replace("/etc/postfix", f"{folder}/postfix")
    owner = f"{folder.owner()}:{folder.group()}"
    (folder / "runner.sh").write_text(runner.replace("root:root", owner))
    main_cf.write_text(original)
    (folder / "applied").write_text(applied)
    (folder / "changed").write_text(changed)
    (folder / "step/saves").write_text(f"{main_cf}\n")
    subprocess.run(["/bin/sh", "-c", UNDO, "sh", str(folder), " ".join(names)], check=True)
    left = folder / "step/left"
    return Undone(main_cf.read_text(), left.read_text() if left.exists() else "")


def test_nobody_changed_it_so_it_comes_back_byte_by_byte(tmp_path: Path) -> None:
    assert undo(tmp_path, ORIGINAL, APPLIED, APPLIED) == Undone(ORIGINAL, "")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            APPLIED + "mine = 1\n",
            "# the distribution's\nbiff = yes\n  # a comment\nother = 1,\n  2\nmine = 1\n"
            "soft_bounce = yes\n",
        ),
        (  # a parameter of ours that somebody set anew is theirs
            APPLIED.replace("[r]:587", "[mine]:25"),
            "# the distribution's\nbiff = yes\n  # a comment\nother = 1,\n  2\n"
            "relayhost = [mine]:25\nsoft_bounce = yes\n",
        ),
        (  # what somebody took out stays out
            APPLIED.replace("biff = no\n", ""),
            "# the distribution's\n  # a comment\nother = 1,\n  2\nsoft_bounce = yes\n",
        ),
        (  # what we took out and somebody put back stays as they put it
            APPLIED + "soft_bounce = no",
            "# the distribution's\nbiff = yes\n  # a comment\nother = 1,\n  2\nsoft_bounce = no\n",
        ),
        (  # comments inside somebody's continued line, and blanks around ours
            APPLIED.replace("  2\n", "# why\n\n\t2\n").replace("biff = no", "biff   =no  "),
            "# the distribution's\nbiff = yes\n  # a comment\nother = 1,\n# why\n\n\t2\n"
            "soft_bounce = yes\n",
        ),
    ],
    ids=["added", "set anew", "taken out", "put back", "comments"],
)
def test_only_our_own_parameters_go_back(tmp_path: Path, changed: str, expected: str) -> None:
    undone = undo(tmp_path, ORIGINAL, APPLIED, changed)
    assert undone.text == expected
    assert undone.left == f"only-ours-restored\t{tmp_path}/postfix/main.cf\n"


LISTS = ("header_checks", "smtpd_milters", "smtpd_sender_restrictions")
TABLE = "{folder}/postfix/mailwright"
SIGNER = "inet:127.0.0.1:8891"


HEADERS = "header_checks = {entries}\n"
MILTERS = "smtpd_milters = {entries}\n"
SENDERS = "smtpd_sender_restrictions = {entries}\n"
CHECK = "check_sender_access texthash:{table}/allowed_senders"


@pytest.mark.parametrize(
    ("line", "before", "ours", "theirs", "expected"),
    [
        (HEADERS, "", "regexp:{table}/x", "regexp:{table}/x, pcre:mine", "pcre:mine"),
        (HEADERS, "", "regexp:{table}/x", "pcre:mine", "pcre:mine"),
        (MILTERS, "", SIGNER, f"inet:127.0.0.1:11332, {SIGNER}", "inet:127.0.0.1:11332"),
        (MILTERS, "", SIGNER, f"a:1,\n  {SIGNER}, b:2", "a:1, b:2"),
        (SENDERS, "", f"{CHECK}, reject", f"{CHECK}, permit_x, reject", "permit_x, reject"),
        # It was there before this step, so it is not this step's to take out.
        (
            HEADERS,
            "regexp:{table}/x",
            "regexp:{table}/x, regexp:{table}/y",
            "regexp:{table}/x, regexp:{table}/y, pcre:mine",
            "regexp:{table}/x, pcre:mine",
        ),
    ],
)
def test_our_entries_leave_a_list_that_somebody_extended(
    tmp_path: Path, line: str, before: str, ours: str, theirs: str, expected: str
) -> None:
    table = TABLE.format(folder=tmp_path)
    original, applied, changed = (
        line.format(entries=entries.format(table=table)) if entries else ""
        for entries in (before, ours, theirs)
    )
    undone = undo(tmp_path, original, applied, changed, LISTS)
    assert parameters(undone.text)[line.partition(" ")[0]] == expected.format(table=table)


def test_a_main_cf_that_is_gone_stays_gone(tmp_path: Path) -> None:
    script = '. "$1"; step=$2; main_cf_undo'
    runner = data_path("server/runner.sh").read_text()
    (tmp_path / "runner.sh").write_text(runner.replace("/etc/postfix", str(tmp_path / "none")))
    command = ["/bin/sh", "-c", script, "sh", str(tmp_path / "runner.sh"), str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == 0
    assert not (tmp_path / "left").exists()


values = st.sampled_from([None, "", "yes", "[a]:1", "x = y"])
tables = st.fixed_dictionaries(dict.fromkeys((*NAMES, "foreign"), values))


def written(table: Mapping[str, str | None], comment: str) -> str:
    lines = [f"{name} = {value}\n" for name, value in table.items() if value is not None]
    return comment + "".join(lines)


@settings(max_examples=10, deadline=None)
@given(tables, tables, tables)
@example(
    dict.fromkeys(NAMES, "yes"), dict.fromkeys(NAMES), {**dict.fromkeys(NAMES), "foreign": "1"}
)
def test_each_parameter_is_ours_only_while_it_has_our_value(
    original: dict[str, str | None], ours: dict[str, str | None], others: dict[str, str | None]
) -> None:
    ours = {**ours, "foreign": original.get("foreign")}
    with tempfile.TemporaryDirectory(dir=QUICK) as folder:
        undone = undo(
            Path(folder), written(original, ""), written(ours, ""), written(others, "# theirs\n")
        )
    expected = {
        name: original.get(name) if name in NAMES and others[name] == ours[name] else others[name]
        for name in others
    }
    assert parameters(undone.text) == {n: v for n, v in expected.items() if v is not None}
    assert undone.text.startswith("# theirs\n")
