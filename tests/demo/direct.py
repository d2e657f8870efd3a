"""The second requirement: an office network sends straight to the receivers, signed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.demo.act import Act
from tests.lab.addresses import ipv6
from tests.lab.records import Record, txt
from tests.support import practice
from tests.support.office import FOUR, SIX

if TYPE_CHECKING:
    from tests.demo.desktop import Answer

DOMAIN = "corp.example"
SENDER = f"info@{DOMAIN}"
RECIPIENT = "inbox@bigmail.example"
SEND = (
    "printf 'From: {sender}\\nTo: {to}\\nSubject: {subject}\\n\\nx\\n' | sendmail -f {sender} {to}"
)
PATIENCE = 30.0


class Directly(Act):
    """This host and an office network, straight to the MX hosts on port 25."""

    def play(self, sudo_password: str) -> None:
        """Everything, in its order."""
        self._run("secret", "set", self._host.name, "sudo", stdin=sudo_password)
        before = practice.settled(self._host)
        self.apply()
        self.wait_for_records()
        self.publish()
        self.prove()
        self.stop_the_signer()
        self.plans_nothing_more()
        self.take_back(before)

    def apply(self) -> None:
        """The server is set up, but only test messages leave."""
        key = self._host.host_key.fingerprint
        answer = self._run("apply", str(self._profile), "--yes", "--host-key", key)
        done = answer.events("done")
        self._claims.settle(
            f"{len(answer.events('step_done'))} steps were applied and confirmed",
            done and done[-1]["outcome"] == "done",
            done or answer.errors,
        )
        self.found(
            answer,
            ("direct.delivered", "a test message went straight to the receiver's MX"),
            ("network.delivered", "so did one that came from the office network"),
            ("signature.added", "both were signed with DKIM"),
            ("gate.closed", "other mail waits until the DNS records are seen"),
        )

    def wait_for_records(self) -> None:
        """Mail of the office stays in the queue meanwhile."""
        self._host.ssh(SEND.format(sender=SENDER, to=RECIPIENT, subject="waiting"))
        time.sleep(2)
        queue = self._host.ssh("postqueue -j").stdout
        self._claims.settle(
            "a message of the office waits in the queue and has not left",
            RECIPIENT in queue and not self._lab.mail(RECIPIENT),
            queue,
        )

    def publish(self) -> None:
        """What the program asks for is published as it is, by the person and the provider."""
        answer = self._run("verify", str(self._profile))
        asked = answer.shapes[0] if answer.shapes else {}
        records, texts = asked.get("dns_records", []), asked.get("provider_texts", [])
        self._claims.settle(
            "the records to publish are named: " + ", ".join(_called(each) for each in records),
            {_called(each) for each in records} >= {"A", "SPF", "DKIM", "DMARC"},
            [each.get("quoted", each["value"]) for each in records],
        )
        self._claims.settle(
            "a text for the provider asks for the reverse names of both addresses",
            {each["address"] for each in texts} == {self._host.ip, ipv6(self._host.ip)},
            texts[0]["text"] if texts else "none",
        )
        # Each takes the place of what is there: the SPF record of the first act is in the new one.
        self._lab.unpublish(DOMAIN, [Record(each["name"], each["type"]) for each in records])
        self._lab.publish(DOMAIN, [_as_in_the_zone(each) for each in records])
        for each in texts:
            zone = SIX if ":" in each["address"] else FOUR
            self._lab.publish(zone, [Record(each["name"], "PTR", f"{each['hostname']}.")])

    def prove(self) -> None:
        """With the records in the DNS mail is let out, and everything passes."""
        answer = self._run("verify", str(self._profile))
        self.found(
            answer,
            ("records.visible", "every authoritative server serves the records"),
            ("gate.opened", "mail was let out"),
            (
                "open-relay.refused|open-relay.configured-closed",
                "nobody but the office may send through it",
            ),
            ("signer.ready", "the signer answers; without it mail would wait"),
            ("setup.complete", "nothing is left to do"),
        )
        self._says_nothing_bad(answer)
        stranger = self._lab.peer("mx").ssh(
            f"swaks --server {self._host.ip} --from {SENDER} --to {RECIPIENT} --quit-after RCPT",
            check=False,
        )
        self._claims.settle(
            "a stranger who tries it is refused", stranger.returncode, stranger.stdout[-150:]
        )
        mail = self._arrived("waiting")
        results = _results(mail)
        self._claims.settle(
            "the message that waited arrived; its receiver recorded SPF, DKIM and DMARC as passed",
            all(f"{method}=pass" in results for method in ("spf", "dkim", "dmarc")),
            results or "nothing",
        )

    def stop_the_signer(self) -> None:
        """A signer that is down holds mail up; nothing leaves unsigned."""
        self._host.ssh("systemctl stop opendkim")
        self._host.ssh(SEND.format(sender=SENDER, to=RECIPIENT, subject="unsigned"), check=False)
        time.sleep(3)
        left = self._find("unsigned")
        self._claims.settle(
            "while the signer is down no message leaves unsigned",
            not left,
            self._host.ssh("find /var/spool/postfix/maildrop -type f | wc -l").stdout,
        )
        self._host.ssh("systemctl start opendkim && postqueue -f; postfix reload")
        mail = self._arrived("unsigned")
        self._claims.settle(
            "once it is back the message leaves, signed",
            b"DKIM-Signature" in mail,
            _results(mail) or "nothing",
        )

    def _says_nothing_bad(self, answer: Answer) -> None:
        found = [each for shape in answer.shapes for each in shape.get("findings", [])]
        bad = [each["id"] for each in found if each["severity"] in {"fail", "unknown"}]
        self._claims.settle(
            f"of {len(found)} findings none fails and none is unknown", found and not bad, bad
        )

    def _find(self, subject: str) -> bytes:
        wanted = f"Subject: {subject}".encode()
        return next((mail for mail in self._lab.mail(RECIPIENT) if wanted in mail), b"")

    def _arrived(self, subject: str) -> bytes:
        end = time.monotonic() + PATIENCE
        while not (mail := self._find(subject)) and time.monotonic() < end:
            time.sleep(0.5)
        return mail


def _as_in_the_zone(record: dict[str, str]) -> Record:
    value = txt(record["value"]) if record["type"] == "TXT" else record["value"]
    return Record(record["name"], record["type"], value)


def _called(record: dict[str, str]) -> str:
    value = record["value"].upper()
    known = {"V=SPF1": "SPF", "V=DKIM1": "DKIM", "V=DMARC1": "DMARC"}
    return next((name for start, name in known.items() if value.startswith(start)), record["type"])


def _results(mail: bytes) -> str:
    """What the receiver recorded (RFC 8601), in one line."""
    lines = mail.decode(errors="replace").replace("\n\t", " ").replace("\n ", " ").splitlines()
    return " ".join(line for line in lines if line.startswith("Authentication-Results"))
