"""Hundreds of messages with known outcomes, over a cut connection and a restart of Postfix.

The figures are held against the outcomes that the receiver was asked for, and against a count of
the server's own log and queue that shares no code with the program.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import pytest

from mailwright.model.server import LoginMethod, Server
from mailwright.usecases.watch import WatchOptions, watch
from tests.support import practice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mailwright.model.figures import Snapshot
    from mailwright.usecases.parts import Parts
    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost
    from tests.lab.host import Host

MX = "bigmail.example"
MIX = {
    "ok": 300,
    "nobody": 60,
    "full": 40,
    "greylist": 20,
    "big": 40,
    "policy": 20,
    "spamhaus": 20,
}
NULL_MX = 10
SEVERAL = 10
"""Messages with three recipients: one accepted, one unknown, one over quota."""

DELIVERED = MIX["ok"] + MIX["greylist"] + SEVERAL
FAILED = {
    "user_unknown": MIX["nobody"] + SEVERAL,
    "too_large": MIX["big"],
    "auth_failed": MIX["policy"],
    "blocklisted": MIX["spamhaus"],
    "null_mx": NULL_MX,
}
WAITING = MIX["full"] + SEVERAL
EXPIRED, DELETED = 6, 4

# A rotation in the middle while nobody reads, and one more, so that the place is in a .gz file.
SEND = """
n=0
while read -r recipients; do
    n=$((n + 1))
    # shellcheck disable=SC2086
    echo "message $n" | /usr/sbin/sendmail -f "root@$(postconf -h myhostname)" $recipients
    [ $n -ne 300 ] || systemctl restart postfix
    if [ -f /etc/logrotate.d/rsyslog ] && { [ $n -eq 280 ] || [ $n -eq 400 ]; }; then
        logrotate -f /etc/logrotate.d/rsyslog
    fi
    sleep 0.02
done </root/recipients
"""
POSTFIX = (
    "postconf -e smtp_connect_timeout=5s smtp_helo_timeout=10s smtp_mail_timeout=10s "
    "smtp_rcpt_timeout=10s smtp_data_done_timeout=20s && systemctl restart postfix"
)
FILE_ALONE = """
set -e
apt-get -q update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -qy install rsyslog logrotate >/dev/null
mkdir -p /etc/systemd/journald.conf.d
printf '[Journal]\\nStorage=none\\nForwardToSyslog=yes\\n' >/etc/systemd/journald.conf.d/none.conf
systemctl restart systemd-journald rsyslog
rm -rf /var/log/journal /run/log/journal
"""
READ = {
    "journal": "journalctl -q -o short SYSLOG_FACILITY=2",
    "/var/log/mail.log": "zcat -f $(ls -1tr /var/log/mail.log*)",
}


class Count(NamedTuple):
    """What a plain reading of the log gives."""

    attempts: Counter[str]
    fates: Counter[str]
    notices: Counter[str]


def count(log: str) -> Count:
    """Count a log whose addresses are all plain, by the last word about each recipient."""
    attempts: Counter[str] = Counter()
    last: dict[tuple[str, str], str] = {}
    notices: set[str] = set()
    for line in log.splitlines():
        if found := re.search(r"\]: (\w+): to=<([^>]*)>.* status=(\w+) ", line):
            last[found[1], found[2]] = found[3]
            attempts[found[3]] += 1
        elif found := re.search(r"\]: (\w+): from=<>, size=", line):
            notices.add(found[1])
        elif found := re.search(r"\]: (\w+): from=<[^>]*>, status=force-expired", line):
            last.update({key: "expired" for key, word in last.items() if _waits(key, word, found)})
        elif found := re.search(r"postsuper\[\d+\]: (\w+): removed", line):
            last.update({key: "deleted" for key, word in last.items() if _waits(key, word, found)})
    fates = Counter(word for (name, _), word in last.items() if name not in notices)
    return Count(attempts, fates, Counter(w for (n, _), w in last.items() if n in notices))


def _waits(key: tuple[str, str], word: str, found: re.Match[str]) -> bool:
    return key[0] == found[1] and word == "deferred"


class Watching:
    """The watch at work in a thread, as in a window."""

    def __init__(self, parts: Parts, server: Server) -> None:
        self.seen: list[Snapshot] = []
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._job = threading.Thread(target=self._run, args=(parts, server))

    def __enter__(self) -> Watching:
        self._job.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._job.join(60)
        assert not self._job.is_alive()

    def _run(self, parts: Parts, server: Server) -> None:
        try:
            options = WatchOptions(interval=1.0)
            watch(parts, server, practice.confirm_key, self.seen.append, self._stop.is_set, options)
        except BaseException as error:  # noqa: BLE001 - the test shows it
            self.error = error

    def until(self, done: Callable[[Snapshot], bool], seconds: float) -> Snapshot:
        """Wait for a snapshot that is as wanted."""
        due = time.monotonic() + seconds
        looked = 0
        while time.monotonic() < due:
            if self.error is not None:
                raise self.error
            while looked < len(self.seen):
                looked += 1
                if done(self.seen[looked - 1]):
                    return self.seen[looked - 1]
            time.sleep(0.1)
        pytest.fail(f"never seen; the last was {self.seen[-1:]}")

    def fresh(self, *troubles: str, seconds: float = 30) -> Snapshot:
        """A snapshot of everything that the log holds now, with these troubles alone."""
        begun = time.time()
        return self.until(
            lambda each: (
                (each.read_at or 0) > begun
                and each.is_complete
                and [one.kind.id for one in each.troubles] == [*troubles]
            ),
            seconds,
        )


def recipients() -> Iterator[str]:
    """One line for each message: its recipients, the kinds well mixed."""
    rows = [f"{kind}+{n}@{MX}" for kind, number in MIX.items() for n in range(number)]
    rows += [f"no+{n}@nullmx.example" for n in range(NULL_MX)]
    rows += [f"ok+m{n}@{MX} nobody+m{n}@{MX} full+m{n}@{MX}" for n in range(SEVERAL)]
    return (rows[n * 7 % len(rows)] for n in range(len(rows)))


@pytest.fixture
def host(request: pytest.FixtureRequest, fresh_host: FreshHost) -> Host:
    made = fresh_host(request.param)
    practice.settled(made)
    return made


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("host", "source"),
    [
        ("deb12-mail", "/var/log/mail.log"),
        ("deb13-mail", "journal"),
        pytest.param("deb12-mail", "journal", marks=pytest.mark.matrix),
        pytest.param("deb13-mail", "/var/log/mail.log", marks=pytest.mark.matrix),
    ],
    indirect=["host"],
)
def test_the_figures_are_those_of_the_server(
    lab: Lab, host: Host, tmp_path: Path, source: str
) -> None:
    rows = list(recipients())
    assert len(rows) >= 500
    assert len(set(rows)) == len(rows)
    if source != "journal":
        host.ssh(FILE_ALONE)
    host.ssh(POSTFIX)
    host.ssh("cat >/root/recipients", stdin="".join(f"{row}\n" for row in rows))
    parts = practice.parts(lab, host, tmp_path)
    server = Server(host.name, host.ip, 22, "root", LoginMethod.KEY, str(host.ssh_key_path))
    with Watching(parts, server) as watching:
        send(host)
        watching.until(lambda each: each.figures.outcomes.delivered >= 50, 60)
        cut_and_mend(host, watching)
        settle(host)
        snapshot = watching.fresh()
        compare(snapshot, count(host.ssh(READ[source]).stdout), source)
        assert snapshot.queue is not None
        assert snapshot.queue.counts == {
            **dict.fromkeys(snapshot.queue.counts, 0),
            "deferred": WAITING,
        }
        assert len(host.ssh("postqueue -j").stdout.splitlines()) == snapshot.queue.total
        end_some(host)
        ended = watching.fresh("watch.not-running")
        counted = count(host.ssh(READ[source]).stdout)
        compare(ended, counted, source)
        assert ended.figures.attempts.expired == counted.fates["expired"] == EXPIRED
        assert ended.figures.outcomes.withdrawn == counted.fates["deleted"] == DELETED
    assert watching.error is None
    again = watch(
        parts,
        server,
        practice.confirm_key,
        watching.seen.append,
        lambda: False,
        WatchOptions(once=True),
    )
    assert again.figures == ended.figures


def send(host: Host) -> None:
    """Begin to send, in a unit that no broken connection ends."""
    host.ssh("cat >/root/send.sh", stdin=SEND)
    host.ssh("systemd-run --quiet --unit=sending sh /root/send.sh")


def cut_and_mend(host: Host, watching: Watching) -> None:
    """Cut the connection until it is noticed; figures stand meanwhile, and grow old."""
    before = watching.seen[-1].figures.outcomes.delivered
    host.cut()
    lost = watching.until(
        lambda each: [one.kind.id for one in each.troubles] == ["watch.disconnected"], 90
    )
    time.sleep(5)
    host.mend()
    assert lost.figures.outcomes.delivered >= before
    assert lost.age is not None
    assert lost.age > 10


def settle(host: Host) -> None:
    """Wait until everything is sent, and tried again until nothing but full mailboxes waits."""
    due = time.monotonic() + 240
    while time.monotonic() < due:
        sending = host.ssh("systemctl is-active sending", check=False).stdout.strip()
        queue = host.ssh("postqueue -j").stdout
        waiting = [row for row in queue.splitlines() if "full+" not in row]
        busy = '"active"' in queue or '"incoming"' in queue or '"maildrop"' in queue
        if sending == "inactive" and not waiting and not busy:
            return
        if not busy:
            host.ssh("postqueue -f")
        time.sleep(3)
    pytest.fail("the queue never settled")


def end_some(host: Host) -> None:
    """Expire some of the messages that wait, delete others, and end Postfix: all is counted."""
    host.ssh(
        'postqueue -j | sed -n \'s/.*"queue_id": "\\([^"]*\\)".*full+[0-9].*/\\1/p\' >/root/ids; '
        f"head -n {EXPIRED} /root/ids | postsuper -e -; "
        f"tail -n {DELETED} /root/ids | postsuper -d -; "
        "postqueue -f; sleep 5; systemctl stop postfix"
    )


def compare(snapshot: Snapshot, counted: Count, source: str) -> None:
    """Hold a snapshot against the known outcomes and the plain count."""
    figures = snapshot.figures
    assert snapshot.source == source
    assert (figures.unparsed, figures.gaps, figures.outcomes.unknown) == (0, 0, 0)
    assert figures.messages == sum(MIX.values()) + NULL_MX + SEVERAL
    assert figures.outcomes.delivered == counted.fates["sent"] == DELIVERED
    assert figures.outcomes.pending == counted.fates["deferred"]
    assert figures.outcomes.failed == counted.fates["bounced"] + counted.fates["expired"]
    attempts = figures.attempts
    words = (attempts.sent, attempts.deferred, attempts.bounced)
    assert words == tuple(counted.attempts[word] for word in ("sent", "deferred", "bounced"))
    assert figures.notices.delivered == counted.notices["sent"]
    failed = {cause.id: cause.failed for cause in figures.causes if cause.failed}
    assert {name: failed.get(name) for name in FAILED} == FAILED
    rate = figures.outcomes.failed / (figures.outcomes.delivered + figures.outcomes.failed)
    assert figures.outcomes.error_rate == pytest.approx(rate)
