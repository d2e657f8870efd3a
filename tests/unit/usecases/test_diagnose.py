from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.finding import Severity
from mailwright.net.resolver import Answer, RecordType, StaticResolver, Status
from mailwright.net.smtp import StaticDialogues
from mailwright.usecases.diagnose import (
    Diagnosis,
    Outside,
    Subject,
    checked_ca_file,
    diagnose,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.finding import Finding

Zones = dict[str, dict[RecordType, list[str]]]

GOOD: Zones = {
    "corp.example": {"MX": ["10 mail.corp.example"], "TXT": ["v=spf1 mx -all"]},
    "mail.corp.example": {"A": ["192.0.2.25"], "TXT": ["v=spf1 a -all"]},
    "25.2.0.192.in-addr.arpa": {"PTR": ["mail.corp.example"]},
    "_dmarc.corp.example": {"TXT": ["v=DMARC1; p=reject; rua=mailto:d@corp.example"]},
}


def diagnosed(
    subject: Subject,
    failures: dict[tuple[str, RecordType], Status] | None = None,
    zones: Zones = GOOD,
) -> Diagnosis:
    emitted: list[Finding] = []
    outside = Outside(StaticResolver(zones, failures), StaticDialogues({}))
    found = diagnose(outside, subject, emitted.append)
    assert tuple(emitted) == found.findings
    return found


def severities(found: Diagnosis) -> dict[str, Severity]:
    return {finding.kind.id: finding.severity for finding in found.findings}


def test_every_check_has_its_say_and_costs_are_counted() -> None:
    found = diagnosed(Subject("corp.example", "mail.corp.example"))
    checks = {finding.kind.id.partition(".")[0] for finding in found.findings}
    assert checks == {"address", "dkim", "dmarc", "helo", "mx", "ptr", "spf", "starttls"}
    assert not [one for one in found.findings if one.severity is Severity.FAIL]
    assert (found.queries > 8, found.dialogues, found.seconds > 0) == (True, 1, True)


def test_the_servers_addresses_and_name_stand_in_where_none_are_given() -> None:
    found = diagnosed(Subject("corp.example", "mail.corp.example"))
    assert severities(found)["ptr.confirmed"] is Severity.PASS
    assert severities(found)["helo.spf-passes"] is Severity.PASS
    given = diagnosed(
        Subject("corp.example", "mail.corp.example", ("192.0.2.99",), "helo.corp.example")
    )
    assert severities(given)["ptr.none"] is Severity.FAIL
    assert severities(given)["address.helo-leads-nowhere"] is Severity.FAIL


def test_a_server_that_is_an_address_has_no_helo_name() -> None:
    found = severities(diagnosed(Subject("corp.example", "192.0.2.25")))
    assert found["helo.not-told"] is Severity.INFO
    assert found["ptr.confirmed"] is Severity.PASS


def test_without_a_server_it_is_said_what_is_not_judged() -> None:
    found = severities(diagnosed(Subject("corp.example")))
    assert found["address.not-told"] is Severity.INFO
    assert found["helo.not-told"] is Severity.INFO
    assert found["spf.usable"] is Severity.PASS
    assert "ptr.none" not in found


def test_a_server_without_an_address_or_without_an_answer_is_told() -> None:
    gone = severities(diagnosed(Subject("corp.example", "gone.corp.example")))
    assert gone["server.no-address"] is Severity.FAIL
    failures: dict[tuple[str, RecordType], Status] = {("mail.corp.example", "A"): Status.TIMEOUT}
    still_open = severities(diagnosed(Subject("corp.example", "mail.corp.example"), failures))
    assert still_open["server.unknown"] is Severity.UNKNOWN
    assert still_open["dmarc.enforced"] is Severity.PASS


def test_a_fact_is_asked_for_once_however_many_checks_need_it() -> None:
    class Counting(StaticResolver):
        asked: list[tuple[str, str]]

        async def _ask(self, name: str, record_type: RecordType) -> Answer:
            self.asked.append((name, record_type))
            return await super()._ask(name, record_type)

    resolver = Counting(GOOD)
    resolver.asked = []
    outside = Outside(resolver, StaticDialogues({}))
    found = diagnose(outside, Subject("corp.example", "mail.corp.example"), lambda _: None)
    assert len(resolver.asked) == len(set(resolver.asked)) == found.queries


def test_a_file_without_authorities_is_told(tmp_path: Path) -> None:
    assert checked_ca_file(None) is None
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")
    broken = tmp_path / "broken.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for path in (empty, broken, tmp_path / "gone.pem"):
        with pytest.raises(MailwrightError) as raised:
            checked_ca_file(str(path))
        assert raised.value.code == "tls.bad-ca-file"
