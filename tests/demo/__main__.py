"""Set up a fresh Debian 12 server through a relay, prove it, and take everything back.

    python -m tests.demo

Everything is real: the command line, the keyring, SSH with sudo, apt, Postfix, TLS, DNS. Nothing
leaves this machine. Each line says what was proven and with what evidence; 1 when one is false.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.demo.claims import Claims
from tests.demo.desktop import Desktop, write_profile
from tests.lab.host import Admin
from tests.lab.records import Record, txt
from tests.secret_service import keyring_daemon, session_bus
from tests.support import practice
from tests.support.differences import unexplained

if TYPE_CHECKING:
    from tests.demo.desktop import Answer
    from tests.lab.client import Lab
    from tests.lab.host import Host

IMAGE = "deb12"
WRONG_KEY = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def main() -> int:
    """Run the demo; 0 when every claim is true."""
    claims = Claims()
    password = secrets.token_urlsafe(18)
    with (
        tempfile.TemporaryDirectory() as name,
        practice.practice_network([IMAGE], "make demo") as lab,
        session_bus(Path(name) / "session") as environment,
        keyring_daemon(environment),
    ):
        host = lab.fresh(IMAGE, name="mx1", admin=Admin("admin", password))
        print(f"A fresh Debian server answers SSH at {host.ip}, {host.ready_seconds:.1f} s old.\n")
        show = Show(claims, lab, host, Desktop(environment), Path(name) / "mx1.toml")
        show.store_secrets(password)
        before = practice.settled(host)
        show.confirm_host_key()
        show.plan()
        show.apply()
        show.prove()
        show.take_back()
        left = unexplained(before, host.manifest())
        claims.settle(
            "after the rollback every file, package, unit and account is what it was",
            not left,
            left[:3] or "whole-system manifests before and after agree",
        )
    return 0 if claims.all_true else 1


class Show:
    """The acts of the demo, in their order."""

    def __init__(
        self, claims: Claims, lab: Lab, host: Host, desktop: Desktop, profile: Path
    ) -> None:
        self._claims = claims
        self._lab = lab
        self._host = host
        self._desktop = desktop
        self._profile = profile
        write_profile(profile, lab, host, "admin")

    def _run(self, command: str, *arguments: str, stdin: str = "") -> Answer:
        return self._desktop.run(command, *arguments, stdin=stdin)

    def store_secrets(self, sudo_password: str) -> None:
        """The relay's and sudo's passwords go into the keyring, by standard input."""
        stored = [
            self._run("secret", "set", self._host.name, "relay", stdin=self._lab.relay.password),
            self._run("secret", "set", self._host.name, "sudo", stdin=sudo_password),
        ]
        self._claims.settle(
            "both passwords are in a real keyring (Secret Service)",
            all(answer.code == 0 for answer in stored),
            [answer.shapes for answer in stored],
        )

    def confirm_host_key(self) -> None:
        """An unknown host key is refused; the right fingerprint confirms it."""
        refused = self._run("plan", str(self._profile), "--host-key", WRONG_KEY)
        self._claims.settle(
            "an unconfirmed host key stops everything",
            refused.code == 2 and refused.events("error")[0]["code"] == "host-key.unconfirmed",
            refused.errors,
        )

    def plan(self) -> None:
        """The plan shows every change with its reason, and writes nothing."""
        key = self._host.host_key.fingerprint
        answer = self._run("plan", str(self._profile), "--host-key", key)
        changes = answer.shapes[0].get("changes", [])
        self._claims.settle(
            f"the plan lists {len(changes)} changes, each with its reason",
            answer.code == 10 and changes and all(change["why"] for change in changes),
            f"exit {answer.code}; {changes[0]['id']}: {changes[0]['why']}" if changes else answer,
        )
        records = answer.shapes[0].get("dns_records", [])
        self._claims.settle(
            "the plan names the DNS record to publish",
            records,
            records[0] if records else "none",
        )
        published = [
            Record(record["name"], record["type"], txt(record["value"])) for record in records
        ]
        self._lab.publish("corp.example", published)

    def apply(self) -> None:
        """The changes are made, recorded and confirmed."""
        answer = self._run("apply", str(self._profile), "--yes")
        login = answer.finding("relay-login.accepted")
        self._claims.settle(
            "the relay's login was tried from the server before anything was saved",
            login and answer.shapes.index(login) < _first(answer, "step_started"),
            login.get("message", answer.errors),
        )
        done = answer.events("done")
        self._claims.settle(
            f"{len(answer.events('step_done'))} steps were applied and confirmed",
            done and done[-1]["outcome"] == "done",
            done or answer.errors,
        )

    def prove(self) -> None:
        """The proof, and a second plan."""
        answer = self._run("verify", str(self._profile))
        for name, claim in (
            ("postfix.gate-silent", "Postfix finds nothing wrong with its configuration"),
            ("relay.delivered", "the relay took a test message"),
            ("relay.tls-verified", "TLS to the relay was verified"),
            ("spf.covers-relay", "the published SPF record covers the relay"),
            ("ptr.relay-carries", "PTR is reported as not this server's business"),
            ("dkim.relay-signs", "DKIM is reported as not this server's business"),
            ("setup.complete", "nothing is left to do"),
        ):
            finding = answer.finding(name)
            self._claims.settle(
                claim,
                finding.get("severity") in {"pass", "info"},
                finding.get("evidence") or finding.get("message") or answer.shapes,
            )
        mails = self._lab.mail(practice.RECIPIENT)
        received = [line for line in mails[-1].splitlines() if line[:1].isalpha()] if mails else []
        self._claims.settle(
            "the test message arrived at the receiving MX", mails, received[:3] or "nothing"
        )
        trial = self._host.ssh(
            "postconf -h soft_bounce; systemctl is-enabled mailwright-proof.timer", check=False
        )
        self._claims.settle(
            "the trial period (soft_bounce) ended by itself at the first delivery",
            trial.stdout.split()[:1] == ["no"] and "enabled" not in trial.stdout.split(),
            f"soft_bounce = {trial.stdout}",
        )
        again = self._run("plan", str(self._profile))
        self._claims.settle(
            "a second plan is empty",
            again.code == 0 and again.shapes[0]["changes"] == [],
            f"exit {again.code}",
        )

    def take_back(self) -> None:
        """The history lists what was applied; rollback takes it back."""
        listed = self._run("history", self._host.name)
        entries = listed.shapes[0].get("entries", [])
        self._claims.settle(
            "the server's journal lists what was applied, by whom",
            len(entries) > 1,
            [(entry["id"], entry["state"], entry["who"]) for entry in entries],
        )
        answer = self._run("rollback", self._host.name, "--yes")
        done = answer.events("done")
        self._claims.settle(
            "rollback took everything back",
            answer.code == 0 and done and done[-1]["left"] == [],
            done or answer.errors,
        )


def _first(answer: Answer, kind: str) -> int:
    events = answer.events(kind)
    return answer.shapes.index(events[0]) if events else len(answer.shapes)


if __name__ == "__main__":
    sys.exit(main())
