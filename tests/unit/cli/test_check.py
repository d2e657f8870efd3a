from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from ipaddress import ip_address

import pytest
from click.testing import CliRunner

from mailwright.checks import dkim
from mailwright.cli import texts
from mailwright.cli.check import in_own_script
from mailwright.cli.main import program
from mailwright.cli.world import World
from mailwright.model.requirements import Asking
from mailwright.net.resolver import RecordType, StaticResolver, Status
from mailwright.net.smtp import Dialogue, Peer, Reply, Stage, StaticDialogues
from mailwright.usecases.diagnose import Outside
from tests.unit.cli.conftest import Ran

Zones = dict[str, dict[RecordType, list[str]]]

GOOD: Zones = {
    "corp.example": {"MX": ["10 mail.corp.example"], "TXT": ["v=spf1 mx -all"]},
    "mail.corp.example": {"A": ["192.0.2.25"], "TXT": ["v=spf1 a -all"]},
    "25.2.0.192.in-addr.arpa": {"PTR": ["mail.corp.example"]},
    "_dmarc.corp.example": {"TXT": ["v=DMARC1; p=reject; rua=mailto:d@corp.example"]},
}
SENDING = ("--sending-ip", "192.0.2.25", "--helo", "mail.corp.example")
GREETS = Dialogue(
    Peer("", ip_address("192.0.2.25")),
    Stage.EHLO,
    greeting=Reply(220, ("mail.corp.example ESMTP",)),
    ehlo=Reply(250, ("mail.corp.example",)),
)


@dataclass
class Net:
    """What the command finds outside, and what it was asked to use."""

    zones: Zones = field(default_factory=lambda: dict(GOOD))
    failures: dict[tuple[str, RecordType], Status] = field(default_factory=dict)
    asked: list[tuple[Asking, float]] = field(default_factory=list)

    def check(self, *arguments: str) -> Ran:
        def outside(asking: Asking, seconds: float) -> Outside:
            self.asked.append((asking, seconds))
            resolver = StaticResolver(self.zones, self.failures)
            return Outside(resolver, StaticDialogues({"192.0.2.25": GREETS}))

        result = CliRunner().invoke(
            program,
            ["check", *arguments],
            env={"LANGUAGE": None, "LC_ALL": None, "LC_MESSAGES": None, "LANG": "C"},
            obj=World(outside=outside),
            prog_name="mailwright",
        )
        return Ran(result.exit_code, result.stdout, result.stderr)


def test_nothing_wrong_is_0_with_findings_and_costs() -> None:
    ran = Net().check("corp.example", *SENDING)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "Checking corp.example …"
    assert "  ✓ The SPF record of corp.example allows mail from 192.0.2.25." in lines
    assert lines[-2].startswith("0 wrong, ")
    assert " DNS questions, 1 mail server, " in lines[-1]
    assert ran.err == ""


def test_json_is_one_object_with_everything() -> None:
    ran = Net().check("corp.example", *SENDING, "--json")
    assert ran.code == 0
    (shape,) = ran.shapes
    assert shape["domain"] == "corp.example"
    assert (shape["queries"] > 8, shape["dialogues"], shape["seconds"] >= 0) == (True, 1, True)
    assert {"id", "severity", "subject", "message", "remedy", "evidence", "source", "args"} == set(
        shape["findings"][0]
    )


def test_a_failed_check_is_1_and_goes_before_an_unknown_one() -> None:
    net = Net()
    net.failures["_dmarc.corp.example", "TXT"] = Status.TIMEOUT
    assert net.check("corp.example", *SENDING).code == 3
    net.zones["corp.example"] = {"TXT": ["v=spf1 mx -all"]}
    ran = net.check("corp.example", *SENDING)
    assert ran.code == 1
    assert (
        "  ? It could not be found out what DMARC says. DNS: TXT _dmarc.corp.example: time-out"
        in (ran.out)
    )
    assert "  ✕ corp.example has neither an MX record nor an address (DNS: no-data)" in ran.out


def test_without_sending_addresses_it_is_said_what_cannot_be_judged() -> None:
    ran = Net().check("corp.example")
    assert ran.code == 0
    assert "Not judged, because the addresses that send the mail of corp.example" in ran.out


def test_the_server_stands_in_for_addresses_and_helo() -> None:
    ran = Net().check("corp.example", "--server", "Mail.Corp.Example.")
    assert ran.code == 0
    assert "The server at 192.0.2.25 greets with its HELO name mail.corp.example." in ran.out


def test_selectors_are_looked_up() -> None:
    ran = Net().check("corp.example", "--selector", "S1", "--selector", "s2", "--json")
    missing = [one for one in ran.shapes[0]["findings"] if one["id"] == "dkim.no-record"]
    assert [one["subject"] for one in missing] == [
        "s1._domainkey.corp.example",
        "s2._domainkey.corp.example",
    ]


def test_a_domain_in_its_own_script_goes_in_and_out() -> None:
    net = Net({"xn--wgv71a119e.example": {"MX": ["0 ."], "TXT": ["v=spf1 -all"]}})
    ran = net.check("日本語。example")
    assert ran.out.startswith("Checking 日本語.example (xn--wgv71a119e.example) …\n")
    assert net.check("日本語.example", "--json").shapes[0]["domain"] == "xn--wgv71a119e.example"


@pytest.mark.parametrize("name", ["xn--.example", "xn--a.example", "plain.example"])
def test_a_name_that_stands_for_no_other_script_stays(name: str) -> None:
    assert in_own_script(name) == name


def test_options_reach_the_outside() -> None:
    net = Net()
    net.check("corp.example", "--dns", "192.0.2.53:5300", "--ca-file", "ca.pem", "--timeout", "7")
    ((asking, seconds),) = net.asked
    assert (asking.dns, asking.ca_file, seconds) == ("192.0.2.53:5300", "ca.pem", 7)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("corp",),
        ("a b.example",),
        ("192.0.2.1",),
        ("corp..example",),
        ("someone@corp.example",),
        ("corp.example", "--sending-ip", "mail.corp.example"),
        ("corp.example", "--sending-ip", "192.0.2.256"),
        ("corp.example", "--server", "mail corp"),
        ("corp.example", "--helo", "two words"),
        ("corp.example", "--selector", "a..b"),
        ("corp.example", "--selector", "s1 s2"),
        ("corp.example", "--dns", "dns.example"),
        ("corp.example", "--timeout", "0"),
        ("corp.example", "--timeout", "soon"),
    ],
)
def test_bad_input_is_2_with_its_name(arguments: tuple[str, ...]) -> None:
    net = Net()
    ran = net.check(*arguments)
    assert (ran.code, ran.out, net.asked) == (2, "", [])
    assert "Error: " in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_holds_no_authorities_is_2(tmp_path: object) -> None:
    result = CliRunner().invoke(
        program,
        ["check", "corp.example", "--dns", "192.0.2.53", "--ca-file", f"{tmp_path}/gone.pem"],
        obj=World(),
    )
    assert result.exit_code == 2
    assert "gone.pem holds no certificates of authorities" in result.stderr


def test_help_loads_neither_dns_nor_certificates() -> None:
    code = (
        "import sys\n"
        "from mailwright.cli import main\n"
        "sys.argv = ['mailwright', *sys.argv[1:]]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "print('LOADED', *sorted({'dns', 'cryptography', 'idna'} & set(sys.modules)))\n"
    )
    for arguments in (["--help"], ["check", "--help"]):
        ended = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "check" in ended.stdout
        assert ended.stdout.splitlines()[-1] == "LOADED"


def test_a_record_to_copy_is_never_cut() -> None:
    record = f"v=DKIM1; k=rsa; p={'A' * 736}"
    found = dkim.findings.NOT_PUBLISHED.found("n", name="n", status="nxdomain", record=record)
    assert f"      {record}" in list(texts.of_finding(found))
