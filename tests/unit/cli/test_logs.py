from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from mailwright.cli.logs import Moment
from mailwright.cli.main import program
from tests.support.watched import BOUNCED, delivery

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*arguments: str, stdin: bytes = b"") -> Result:
    words = ["logs", *arguments]
    return CliRunner().invoke(program, words, input=stdin, env={"LANG": "C"})


def text() -> bytes:
    rows = (delivery(1), delivery(2, BOUNCED))
    return "".join(f"2026-11-24T05:00:00Z mx1 {tag}[1]: {line}\n" for tag, line in rows).encode()


def test_the_json_has_the_promised_fields(tmp_path: Path) -> None:
    path = tmp_path / "mail.log.gz"
    path.write_bytes(gzip.compress(text()))
    ran = run(str(path), "--json")
    assert ran.exit_code == 0, ran.output
    shape = json.loads(ran.stdout)
    wanted = {"attempts", "outcomes", "messages", "rejected", "causes", "domains", "hours"}
    assert wanted | {"unparsed", "schema_version"} <= shape.keys()
    assert shape["attempts"] == {"sent": 1, "deferred": 0, "bounced": 1, "expired": 0}
    assert (shape["outcomes"]["delivered"], shape["outcomes"]["failed"]) == (1, 1)


def test_standard_input_as_text() -> None:
    ran = run("-", stdin=text())
    assert ran.exit_code == 0
    assert "1 delivered, 1 failed, 0 waiting (2 messages)" in ran.stdout


def test_a_span_of_time() -> None:
    ran = run("-", "--json", "--since", "2026-11-24T06:00+00:00", stdin=text())
    assert json.loads(ran.stdout)["messages"] == 0


def test_a_log_without_mail_is_not_known_to_be_well() -> None:
    ran = run("-", stdin=b"Nov 24 05:06:02 mx1 sshd[1]: Connection closed\n")
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert "No line of Postfix is in it." in ran.stderr


@pytest.mark.parametrize(
    "arguments", [(), ("/nonexistent/mail.log",), ("-", "--since", "yesterday")]
)
def test_mistakes_are_usage(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_moment_is_absolute_or_ago() -> None:
    moment = Moment()
    assert moment.convert("2026-11-24T05:00+09:00", None, None) == (
        datetime(2026, 11, 23, 20, tzinfo=UTC).timestamp()
    )
    here = datetime(2026, 11, 24).astimezone().timestamp()
    assert moment.convert("2026-11-24", None, None) == here
    assert abs(moment.convert("2h", None, None) - (time.time() - 7200)) < 5
    assert abs(moment.convert("7d", None, None) - (time.time() - 7 * 86_400)) < 5
    with pytest.raises(click.UsageError):
        moment.convert("2026-13-01", None, None)
