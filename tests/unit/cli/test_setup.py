from __future__ import annotations

import json
import os
import re
import signal
from typing import TYPE_CHECKING

import pytest

from mailwright.cli.output import Output
from mailwright.cli.setup import _Heard
from mailwright.model.dns_records import DnsRecord
from mailwright.model.events import RecordsToPublish
from mailwright.model.publication import Publication
from mailwright.model.server import Server
from tests.support.examples import REQUIREMENTS
from tests.support.memory import KEY, OTHER_KEY
from tests.unit.engine.test_planner import as_desired
from tests.unit.usecases.practice import DNS, HOSTILE, PASSWORD, Kept

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Person, Ran

ENGLISH = re.compile(r"[a-z]+ [a-z]+ [a-z]{3}")
HOST = REQUIREMENTS.server.host


def known_key(person: Person) -> str | None:
    key = person.server.parts.host_keys.lookup(HOST, 22)
    return None if key is None else key.fingerprint


def clean(ran: Ran) -> bool:
    """Whether neither a secret nor a control sequence was printed."""
    text = ran.out + ran.err
    return PASSWORD not in text and not any(character in text for character in "\x1b\x07\u202e")


def test_the_profile_of_these_tests_asks_for_the_example(person: Person) -> None:
    assert person.on_profile("plan").code == 10
    assert person.server.parts.journal.server("mx1") == REQUIREMENTS.server


@pytest.mark.parametrize("command", [("plan",), ("verify",), ("apply", "--yes")])
def test_an_unknown_host_key_without_a_terminal_is_exit_2(
    stranger: Person, command: tuple[str, ...]
) -> None:
    ran = stranger.on_profile(*command, "--json")
    assert ran.code == 2
    assert ran.shapes[0]["code"] == "host-key.unconfirmed"
    assert ran.shapes[0]["args"]["fingerprint"] == KEY.fingerprint
    assert "--host-key SHA256:" in ran.err
    assert known_key(stranger) is None
    assert stranger.server.asked == []


def test_a_fingerprint_confirms_the_unknown_key_for_ever(stranger: Person) -> None:
    assert stranger.on_profile("plan", "--host-key", OTHER_KEY.fingerprint).code == 2
    assert stranger.on_profile("plan", "--host-key", KEY.fingerprint).code == 10
    assert stranger.on_profile("plan").code == 10
    assert known_key(stranger) == KEY.fingerprint


@pytest.mark.parametrize("options", [(), ("--host-key", OTHER_KEY.fingerprint)])
def test_a_changed_key_is_refused_whatever_the_options(
    person: Person, options: tuple[str, ...]
) -> None:
    person.server.key = OTHER_KEY
    ran = person.on_profile("apply", "--yes", "--json", *options)
    assert (ran.code, ran.shapes[0]["code"]) == (1, "host-key.changed")
    assert known_key(person) == KEY.fingerprint
    assert person.server.asked == []


@pytest.mark.parametrize(
    ("typed", "code", "kept"), [(HOST, 10, OTHER_KEY), ("y", 1, KEY), ("", 1, KEY)]
)
def test_a_changed_key_is_replaced_after_the_host_name_is_typed(
    person: Person, typed: str, code: int, kept: object
) -> None:
    person.server.key = OTHER_KEY
    person.terminal = True
    ran = person.on_profile("plan", stdin=f"{typed}\n")
    assert ran.code == code
    assert person.server.parts.host_keys.lookup(HOST, 22) == kept


def test_a_plan_has_its_documented_form_and_writes_nothing(person: Person) -> None:
    ran = person.on_profile("plan", "--json")
    assert ran.code == 10
    (plan,) = ran.shapes
    assert set(plan) == {
        "schema_version",
        "event",
        "server",
        "changes",
        "cautions",
        "dns_records",
        "provider_texts",
        "notes",
    }
    assert (plan["schema_version"], plan["event"], plan["server"]) == (1, "plan", "mx1")
    assert all(
        set(change) == {"id", "action", "before", "after", "why", "undoable"}
        for change in plan["changes"]
    )
    secrets = [each for each in plan["changes"] if each["id"].endswith("sasl_passwd")]
    assert [each["after"] for each in secrets] == ["(secret)"]
    assert plan["dns_records"] == []
    assert person.server.asked == ["cat /etc/os-release"]
    assert person.server.transports[-1].closed
    assert clean(ran)


def test_a_plan_names_the_dns_records_to_publish(person: Person) -> None:
    person.server.dns = {"relay.example": {"A": ["192.0.2.1"], "AAAA": []}, "corp.example": {}}
    (record,) = person.on_profile("plan", "--json").shapes[0]["dns_records"]
    assert (record["name"], record["type"]) == ("corp.example", "TXT")
    assert record["value"] in person.on_profile("plan").out


def test_an_empty_plan_is_exit_0(person: Person) -> None:
    person.server.seen = as_desired(proven=True)
    ran = person.on_profile("plan")
    assert (ran.code, ran.out) == (0, "Nothing to do: mx1 is as planned.\n")
    assert person.on_profile("plan", "--json").shapes[0]["changes"] == []


def test_an_apply_streams_events_and_ends_with_its_outcome(person: Person) -> None:
    ran = person.on_profile("apply", "--yes", "--json")
    assert ran.code == 0, ran.err
    assert [shape["schema_version"] for shape in ran.shapes] == [1] * len(ran.shapes)
    assert ran.shapes[0]["event"] == "plan"
    started, ended = ran.events("step_started"), ran.events("step_done")
    assert [each["step"] for each in started] == [each["step"] for each in ended]
    assert set(started[0]) == {"schema_version", "event", "step", "title", "index", "total"}
    found = {each["id"]: each for each in ran.events("finding")}
    assert found["relay.delivered"]["severity"] == "pass"
    assert found["setup.complete"]["severity"] == "pass"
    assert set(found["relay.delivered"]) == {
        "schema_version",
        "event",
        "id",
        "severity",
        "subject",
        "message",
        "remedy",
        "evidence",
        "source",
        "args",
    }
    done = ran.shapes[-1]
    assert (done["event"], done["outcome"], done["undone"], done["left"]) == (
        "done",
        "done",
        [],
        [],
    )
    assert done["entry"] in {entry.id for entry in person.server.journal}
    assert clean(ran)
    assert person.on_profile("plan").code == 0


def test_as_text_progress_goes_to_standard_error_and_results_to_standard_output(
    person: Person,
) -> None:
    ran = person.on_profile("apply", "--yes")
    assert ran.code == 0
    assert "[1/7] Install the packages that are missing …" in ran.err
    assert "[1/7]" not in ran.out
    assert "  ✓ The relay took the test message to somebody@elsewhere.example.\n" in ran.out
    assert ran.out.endswith("Done and confirmed.\n")
    assert clean(ran)


def test_everything_is_said_in_japanese_too(person: Person) -> None:
    ran = person.run("--lang", "ja", "apply", person.profile, "--yes")
    assert ran.code == 0
    said = [line for line in (ran.out + ran.err).splitlines() if not line.startswith("      +")]
    assert [line for line in said if ENGLISH.search(line)] == []
    shapes = person.run("--lang", "ja", "verify", person.profile, "--json").shapes
    assert not shapes[0]["findings"][0]["message"].isascii()


def test_a_failed_step_is_taken_back_and_its_words_are_masked(person: Person) -> None:
    person.server.fails = "main.cf"
    ran = person.on_profile("apply", "--yes", "--json")
    assert ran.code == 1
    (failed,) = ran.events("step_failed")
    assert failed["step"] == "main.cf"
    assert failed["output"] == f"it said (secret) {HOSTILE}"
    assert [each["step"] for each in ran.events("rolled_back")] == ["tables", "packages"]
    assert ran.shapes[-1]["outcome"] == "rolled-back"
    assert ran.shapes[-1]["undone"] == ["tables", "packages"]
    assert PASSWORD not in ran.out + ran.err
    again = person.on_profile("apply", "--yes")
    assert again.code == 1
    assert clean(again)


def test_what_is_left_is_told(person: Person) -> None:
    person.server.fails = "main.cf"
    person.server.leaves = f"queue-kept\t3{HOSTILE}"
    ran = person.on_profile("apply", "--yes")
    assert ran.code == 1
    assert "3\\x1b]0;owned\\x07\\u202e messages still wait in its queue" in ran.out
    assert clean(ran)


def test_a_login_that_the_relay_refuses_changes_nothing(person: Person) -> None:
    person.server.login = "login-refused"
    ran = person.on_profile("apply", "--yes", "--json")
    assert (ran.code, ran.shapes[-1]["outcome"]) == (1, "failed")
    assert person.server.journal == []


def test_a_message_that_is_not_delivered_fails_after_all_was_done(person: Person) -> None:
    person.server.delivery = "deferred"
    ran = person.on_profile("apply", "--yes", "--json")
    assert (ran.code, ran.shapes[-1]["outcome"]) == (1, "done")


def test_nobody_to_ask_is_exit_2_and_changes_nothing(person: Person) -> None:
    ran = person.on_profile("apply")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert person.server.journal == []


def test_no_changes_nothing_and_is_exit_1(person: Person) -> None:
    person.terminal = True
    ran = person.on_profile("apply", "--json", stdin="n\n")
    assert (ran.code, ran.err.splitlines()[-1]) == (1, "Nothing was changed.")
    assert person.server.journal == []


def test_yes_applies(person: Person) -> None:
    person.terminal = True
    ran = person.on_profile("apply", stdin="y\n")
    assert ran.code == 0
    assert "changes to mx1?" in ran.err


def test_a_second_apply_asks_nothing_and_proves_again(person: Person) -> None:
    person.server.seen = as_desired(proven=True)
    ran = person.on_profile("apply", "--json")
    assert (ran.code, ran.shapes[-1]["outcome"]) == (0, "nothing-to-do")
    assert person.server.journal == []


def test_a_server_at_work_for_somebody_else_says_for_whom(person: Person) -> None:
    person.server.busy = "yes"
    ran = person.on_profile("apply", "--yes", "--json")
    assert (ran.code, ran.shapes[-1]["code"]) == (1, "engine.busy")
    assert "bob@desk has been at work on this server since 2026-11-24 08:10 UTC." in ran.err


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_stops_after_the_step_and_a_second_apply_goes_on(person: Person) -> None:
    person.server.on_step = interrupt
    ran = person.on_profile("apply", "--yes", "--json")
    assert (ran.code, ran.shapes[-1]["outcome"]) == (1, "stopped")
    assert [each["step"] for each in ran.events("step_done")] == ["packages"]
    person.server.on_step = lambda: None

    person.terminal = True
    declined = person.on_profile("apply", stdin="n\n")
    assert declined.code == 1
    assert "Go on with 6 steps of what me@here stopped?" in declined.err
    assert person.server.journal[0].state == "stopped"

    went_on = person.on_profile("apply", "--yes", "--json")
    assert went_on.events("entries")[0]["entries"][0]["state"] == "stopped"
    assert [each["step"] for each in went_on.events("step_done")][:2] == ["tables", "main.cf"]
    assert went_on.shapes[-1]["outcome"] == "done"


def test_a_second_interrupt_leaves_the_server_to_itself(person: Person) -> None:
    def twice() -> None:
        interrupt()
        interrupt()

    person.server.on_step = twice
    ran = person.on_profile("apply", "--yes", "--json")
    assert (ran.code, ran.shapes[-1]["code"]) == (3, "cli.left")
    assert "within 10 min" in ran.err
    assert person.server.transports[-1].closed


def test_verify_is_one_object_with_every_finding(person: Person) -> None:
    person.server.seen = as_desired(proven=True)
    ran = person.on_profile("verify", "--json")
    assert ran.code == 0
    (proof,) = ran.shapes
    assert set(proof) == {"schema_version", "findings", "seconds"}
    assert {"postfix.gate-silent", "relay.delivered", "relay.tls-verified", "setup.complete"} <= {
        each["id"] for each in proof["findings"]
    }
    as_text = person.on_profile("verify")
    assert as_text.code == 0
    assert as_text.out.count("✓") == sum(each["severity"] == "pass" for each in proof["findings"])


def test_what_cannot_be_found_out_is_exit_3(person: Person) -> None:
    person.server.seen = as_desired(proven=True)
    person.server.dns = {name: has for name, has in DNS.items() if name != "relay.example"}
    ran = person.on_profile("verify", "--json")
    severities = {each["severity"] for each in ran.shapes[0]["findings"]}
    assert "unknown" in severities
    assert ran.code == 3


def test_letting_out_without_a_terminal_needs_yes_and_connects_nowhere(person: Person) -> None:
    ran = person.on_profile("verify", "--let-out", "--json")
    assert (ran.code, ran.shapes[0]["code"]) == (2, "cli.no-terminal")
    assert "--yes" in ran.err
    assert person.server.asked == []


def test_what_is_to_be_published_is_kept_for_the_end() -> None:
    heard = _Heard(Output(as_json=True), quiet=True)
    publication = Publication((DnsRecord("a.example", "TXT", "v=spf1 -all", "Needed"),))
    heard(RecordsToPublish(publication))
    assert heard.publication is publication


def test_letting_out_changes_nothing_where_a_relay_sends(person: Person) -> None:
    person.server.seen = as_desired(proven=True)
    ran = person.on_profile("verify", "--let-out", "--yes", "--json")
    assert '"gate.' not in ran.out
    assert person.server.journal == []


def test_a_title_in_the_servers_journal_cannot_steer_the_terminal(person: Person) -> None:
    steps = [("tables", HOSTILE)]
    person.server.journal.append(
        Kept("1", HOSTILE, HOSTILE, steps=steps, state="stopped", lines=["stopped\t\t"])
    )
    person.server.parts.journal.meet(Server("mx1", HOST))
    ran = person.on_profile("apply")
    assert ran.code == 2
    assert clean(ran)
    assert json.dumps(HOSTILE)[1:-1] in person.on_profile("apply", "--json").out
