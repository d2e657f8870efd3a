"""Plans for the direct route: waiting, let out, and from one to the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailwright.engine import planner
from mailwright.engine.commission import LIVE
from mailwright.mta.postfix.relay import RelaySecret
from mailwright.mta.postfix.tables import TEST_MESSAGES
from tests.support.examples import DIRECT
from tests.unit.engine.test_planner import as_desired, fresh

NO_SECRET = RelaySecret()
STATES = [(False, False), (True, False), (True, True), (False, True)]


def test_a_fresh_server_signs_before_postfix_asks_it_to() -> None:
    plan = planner.make_plan(DIRECT, fresh(DIRECT), NO_SECRET)
    assert [step.id for step in plan.steps] == [
        "packages",
        "dkim-key",
        "opendkim",
        "tables",
        "main.cf",
        "master.cf",
        "postfix",
        "proof",
        "proof-timer",
    ]
    packages = {change.id for change in plan.steps[0].changes}
    assert {"postfix", "opendkim", "openssl"} <= packages


@pytest.mark.parametrize(("proven", "live"), STATES)
def test_a_second_plan_is_empty(*, proven: bool, live: bool) -> None:
    seen = as_desired(proven=proven, live=live, requirements=DIRECT)
    assert planner.make_plan(DIRECT, seen, NO_SECRET).changes == ()


@pytest.mark.parametrize("proven", [True, False])
def test_letting_out_opens_the_transport_and_nothing_else(*, proven: bool) -> None:
    seen = as_desired(proven=proven, requirements=DIRECT)
    plan = planner.letting_out(DIRECT, seen, NO_SECRET)
    assert {change.id for change in plan.changes} == {
        "default_transport",
        "header_checks",
        "nested_header_checks",
        "mime_header_checks",
        "smtpd_reject_unlisted_recipient",
        "maximal_queue_lifetime",
        "bounce_queue_lifetime",
        "delay_warning_time",
        TEST_MESSAGES,
        LIVE,
    }


def test_what_names_the_route_decides_whether_it_is_live() -> None:
    seen = as_desired(proven=True, live=True, requirements=DIRECT)
    other = replace(DIRECT, identity=replace(DIRECT.identity, hostname="mx2.corp.example"))
    changes = {
        change.id: change.after for change in planner.make_plan(other, seen, NO_SECRET).changes
    }
    assert str(changes["default_transport"]).startswith("retry:")
    assert changes[LIVE] is None
