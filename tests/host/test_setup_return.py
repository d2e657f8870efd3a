"""The way back after everything went well, whatever happened on the server in between."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.engine.apply import Job, apply
from mailwright.engine.entry import EntryHead, new_id
from mailwright.model.events import Done, Outcome, StepStarted
from mailwright.model.requirements import TlsMode
from mailwright.usecases import setup
from mailwright.usecases.history import history, take_back
from tests.lab import addresses
from tests.support import practice
from tests.support.batch import Batch, Tried, chosen, named
from tests.support.differences import unexplained

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.model.requirements import Requirements
    from tests.lab.client import Lab
    from tests.support.batch import Case

SEND = f"printf 'Subject: x\\n\\nx\\n' | sendmail -f {practice.SENDER} {practice.RECIPIENT}"
PASSWORDS = "/etc/postfix/mailwright/sasl_passwd"
# A package that needs Postfix, made on the spot.
NEEDS_POSTFIX = """
mkdir -p /tmp/needing/DEBIAN && cat >/tmp/needing/DEBIAN/control <<'END'
Package: needing
Version: 1
Architecture: all
Depends: postfix
Maintainer: Nobody <nobody@corp.example>
Description: needs a mail server
END
dpkg-deb --build /tmp/needing /tmp/needing.deb && dpkg --install /tmp/needing.deb &&
rm -r /tmp/needing /tmp/needing.deb
"""


def wanted(tried: Tried) -> Requirements:
    return practice.requirements(tried.lab, tried.host)


def back(tried: Tried) -> Done:
    return take_back(tried.parts, wanted(tried).server, practice.confirm_key, tried.events.append)


def states(tried: Tried) -> list[str]:
    found = history(tried.parts, wanted(tried).server, practice.confirm_key)
    return [entry.state.value for entry in found]


def set_up(tried: Tried, requirements: Requirements | None = None) -> None:
    planned = setup.plan(tried.parts, requirements or wanted(tried), practice.confirm_key)
    assert tried.carry_out(planned).outcome is Outcome.DONE


def without_proof(tried: Tried) -> None:
    """Apply as a desktop does that is closed before it can prove anything."""
    planned = tried.plan()
    head = EntryHead(new_id(time.time()), "tester@desktop", "Set-up", window=60)
    done = apply(Job(planned.session, tried.events.append), planned.plan, head)
    planned.close()
    assert done.outcome is Outcome.DONE


def is_what_it_was(tried: Tried) -> None:
    assert tried.traces() == ""
    assert unexplained(tried.before, tried.host.manifest()) == []


def goes_back_whole(tried: Tried) -> None:
    done = back(tried)
    assert (done.outcome, done.left) == (Outcome.ROLLED_BACK, ())
    is_what_it_was(tried)


def again_and_again(tried: Tried) -> None:
    for _ in range(2):
        set_up(tried)
        goes_back_whole(tried)
    assert back(tried).outcome is Outcome.NOTHING_TO_DO


def proven_by_a_later_verify(tried: Tried) -> None:
    without_proof(tried)
    planned = tried.plan()
    assert planned.plan.changes == ()
    found = setup.verify(tried.parts, planned, tried.events.append)
    planned.close()
    ids = {finding.kind.id for finding in found}
    assert "relay.delivered" in ids
    assert "setup.trial" not in ids
    goes_back_whole(tried)
    assert states(tried) == ["undone", "undone"]


def two_set_ups_one_after_the_other(tried: Tried) -> None:
    set_up(tried)
    first = practice.settled(tried.host)
    other = wanted(tried)
    implicit = replace(other.smarthost, port=tried.lab.relay.submissions_port, tls=TlsMode.IMPLICIT)
    set_up(tried, replace(other, relay=implicit))
    assert tried.host.ssh("postconf -h relayhost").stdout.strip().endswith(":465")
    assert back(tried).left == ()
    assert unexplained(first, tried.host.manifest()) == []
    planned = tried.plan()
    planned.close()
    assert planned.plan.changes == ()
    goes_back_whole(tried)


def stopped_by_a_person(tried: Tried) -> None:
    planned = tried.plan()
    # The first step lasts long enough for the wish to be heard before the second.
    first, *rest = planned.plan.steps
    planned.plan = replace(planned.plan, steps=(replace(first, do=f"{first.do}\nsleep 2"), *rest))
    done = setup.carry_out(
        tried.parts,
        planned,
        tried.events.append,
        lambda: any(isinstance(event, StepStarted) for event in tried.events),
    )
    planned.close()
    assert done.outcome is Outcome.STOPPED
    assert tried.lab.relay.password in tried.host.ssh(f"cat {PASSWORDS}").stdout
    goes_back_whole(tried)


def a_person_wrote_into_the_password_map(tried: Tried) -> None:
    set_up(tried)
    tried.host.ssh(f"echo '[other.example]:587 me:mine' >>{PASSWORDS}")
    done = back(tried)
    assert any(PASSWORDS in text for text in done.left)
    kept = tried.host.ssh(f"cat {PASSWORDS}; stat -c %a {PASSWORDS}").stdout
    assert "[other.example]:587 me:mine" in kept
    assert kept.splitlines()[-1] == "600"
    assert states(tried)[0] == "left"
    # As soon as the person takes it away themselves, the rest goes too.
    tried.host.ssh(f"rm {PASSWORDS}")
    goes_back_whole(tried)


def messages_wait_in_the_queue(tried: Tried) -> None:
    set_up(tried)
    relay = tried.lab.relay.ip
    tried.host.ssh(
        f"ip route add blackhole {relay}; ip -6 route add blackhole {addresses.ipv6(relay)}; {SEND}"
    )
    time.sleep(1)
    done = back(tried)
    assert any("1 messages still wait" in text for text in done.left)
    units = "systemctl is-active postfix@- postfix; systemctl is-enabled postfix"
    assert tried.host.ssh(units, check=False).stdout.split() == [
        "inactive",
        "inactive",
        "disabled",
    ]
    assert practice.RECIPIENT in tried.host.ssh("postqueue -j").stdout
    assert states(tried)[0] == "left"
    tried.host.ssh(
        f"ip route del blackhole {relay}; ip -6 route del blackhole {addresses.ipv6(relay)}; "
        "postsuper -d ALL"
    )
    goes_back_whole(tried)


def another_package_needs_ours(tried: Tried) -> None:
    set_up(tried)
    tried.host.ssh(NEEDS_POSTFIX)
    done = back(tried)
    assert any("needing" in text for text in done.left)
    assert tried.host.ssh("postfix status", check=False).returncode == 0
    assert PASSWORDS not in tried.host.ssh("postconf -n").stdout
    tried.host.ssh("dpkg --purge needing")
    goes_back_whole(tried)


CONFIGURED = (
    proven_by_a_later_verify,
    two_set_ups_one_after_the_other,
    stopped_by_a_person,
    a_person_wrote_into_the_password_map,
)
BARE = (messages_wait_in_the_queue, another_package_needs_ours)
CASES: list[Case] = [
    *((case, "deb12-mail") for case in CONFIGURED),
    *((case, "deb12") for case in BARE),
]
LONG: list[Case] = [
    *((case, "deb13-mail") for case in CONFIGURED),
    *((case, "deb13") for case in BARE),
    (again_and_again, "deb12"),
    (again_and_again, "deb13"),
]


@pytest.fixture(scope="module")
def batch(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Batch]:
    running = Batch(lab, tmp_path_factory.mktemp("return"), chosen(request))
    yield running
    running.close()


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_set_up_goes_back(batch: Batch, case: Case) -> None:
    batch.result(case)


@pytest.mark.matrix
@pytest.mark.parametrize("case", LONG, ids=named)
def test_a_set_up_goes_back_on_another_release(batch: Batch, case: Case) -> None:
    batch.result(case)
