"""The first requirement: this host only, through a relay on 587 with STARTTLS and a login."""

from __future__ import annotations

from tests.demo.act import Act, first
from tests.lab.records import Record, txt
from tests.support import practice

WRONG_KEY = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


class ThroughRelay(Act):
    """This host only, through a relay with a login."""

    def play(self, sudo_password: str) -> None:
        """Everything, in its order."""
        self.store_secrets(sudo_password)
        before = practice.settled(self._host)
        self.confirm_host_key()
        self.plan()
        self.apply()
        self.prove()
        self.take_back(before)

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
            login and answer.shapes.index(login) < first(answer, "step_started"),
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
        self.plans_nothing_more()
