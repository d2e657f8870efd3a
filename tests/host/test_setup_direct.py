"""The direct route as a whole: both releases, one family, from a relay and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.engine.apply import Job, apply
from mailwright.engine.entry import EntryHead, new_id
from mailwright.model.events import Outcome
from mailwright.usecases import setup
from mailwright.usecases.history import take_back
from tests.support import practice
from tests.support.batch import Batch, Case, chosen, named
from tests.support.office import Office
from tests.support.trouble import unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.model.requirements import Requirements
    from tests.lab.client import Lab
    from tests.support.batch import Tried


def set_up(tried: Tried, wanted: Requirements) -> None:
    """Apply without any proof; a second plan is empty."""
    planned = setup.plan(tried.parts, wanted, practice.confirm_key)
    head = EntryHead(new_id(tried.parts.clock()), "tester@desktop", "Set-up", window=60)
    done = apply(Job(planned.session, tried.events.append), planned.plan, head)
    planned.close()
    assert (done.outcome, done.left) == (Outcome.DONE, ())
    again = setup.plan(tried.parts, wanted, practice.confirm_key)
    again.close()
    assert again.plan.changes == ()


def goes_back(tried: Tried) -> None:
    server = tried.wanted.server
    done = take_back(tried.parts, server, practice.confirm_key, tried.events.append)
    assert done.left == ()


def options(tried: Tried) -> list[str]:
    """The address family of the services that send, as Postfix reads it."""
    asked = "postconf -P 'smtp/unix/inet_protocols' 'relay/unix/inet_protocols' 2>/dev/null"
    return tried.host.ssh(asked, check=False).stdout.splitlines()


def whole_and_back(tried: Tried) -> None:
    set_up(tried, Office(tried.lab, tried.host).requirements())
    keys = tried.host.ssh("stat -c '%a %U' /etc/mailwright/dkim/*.private").stdout.split()
    assert keys == ["600", "opendkim"]
    goes_back(tried)
    assert unchanged(tried, tried.before) == []


def by_ipv4_alone(tried: Tried) -> None:
    office = Office(tried.lab, tried.host)
    wanted = office.requirements(lan=False)
    four = replace(wanted.identity, addresses=(tried.host.ip,))
    set_up(tried, replace(wanted, identity=four))
    assert options(tried) == [
        "smtp/unix/inet_protocols = ipv4",
        "relay/unix/inet_protocols = ipv4",
    ]
    # With records for both families mail may leave by both.
    set_up(tried, wanted)
    assert options(tried) == []
    goes_back(tried)
    goes_back(tried)
    assert unchanged(tried, tried.before) == []


def after_a_relay_and_back(tried: Tried) -> None:
    relayed = practice.requirements(tried.lab, tried.host)
    set_up(tried, relayed)
    password = "test -e /etc/postfix/mailwright/sasl_passwd"
    assert tried.host.ssh(password, check=False).returncode == 0
    set_up(tried, Office(tried.lab, tried.host).requirements())
    assert tried.host.ssh(password, check=False).returncode != 0
    set_up(tried, relayed)
    found = tried.host.ssh("postconf -n").stdout
    assert not any(word in found for word in ("milters", "header_checks", "retry:"))
    for _ in range(3):
        goes_back(tried)
    assert unchanged(tried, tried.before) == []


CASES: list[Case] = [
    (whole_and_back, "deb12"),
    (whole_and_back, "deb13"),
    (by_ipv4_alone, "deb12-mail"),
    (after_a_relay_and_back, "deb13-mail"),
]
LONG: list[Case] = [
    (whole_and_back, "deb12-mail"),
    (whole_and_back, "deb13-mail"),
    *((case, image) for case in (by_ipv4_alone,) for image in ("deb12", "deb13", "deb13-mail")),
    *((after_a_relay_and_back, image) for image in ("deb12", "deb13", "deb12-mail")),
]


@pytest.fixture(scope="module")
def batch(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Batch]:
    running = Batch(lab, tmp_path_factory.mktemp("direct"), chosen(request))
    yield running
    running.close()


@pytest.mark.parametrize("case", CASES, ids=named)
def test_mail_leaves_directly(batch: Batch, case: Case) -> None:
    batch.result(case)


@pytest.mark.matrix
@pytest.mark.parametrize("case", LONG, ids=named)
def test_mail_leaves_directly_on_another_release(batch: Batch, case: Case) -> None:
    batch.result(case)
