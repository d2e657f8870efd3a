"""Records that are offered; what is said about which is in tests/cases/checks/dmarc."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.checks.dmarc.judged import Offer, judge_policy
from mailwright.checks.dmarc.record import is_record, parse_policy
from mailwright.checks.dmarc.walk import Stop, Walk
from mailwright.model.finding import Finding, Severity

PLACE = "mailto:postmaster@a.example"
REJECT = "v=DMARC1; p=reject"
PARTS = st.sampled_from(
    [
        *("p=none", "p=reject", "p=x", "sp=none", "np=quarantine", "t=y", "psd=n", "aspf=s"),
        *("adkim=q", "pct=9", "rua=mailto:d@a.example!5k", "rua=d@a.example", "rua=https://a/"),
        *("ruf=mailto:f@a.example", "fo=1", "moo", "x=y"),
    ]
)


def judged(text: str, place: str = PLACE, owner: str = "a.example") -> list[Finding]:
    policy = parse_policy(text)
    way = Walk((Stop("a.example", (text,), policy),))
    return list(judge_policy(way, owner, policy, place))


@pytest.mark.parametrize(
    ("text", "place", "record"),
    [
        ("v=DMARC1", PLACE, f"v=DMARC1; p=none; rua={PLACE}"),
        ("v=DMARC1", "", "v=DMARC1; p=none"),
        ("v=DMARC1; rua=mailto:x@a.example; p=reject", PLACE, f"{REJECT}; rua=mailto:x@a.example"),
        (
            "v=DMARC1; p=reject; pct=5; rua=d@a.example,a/",
            PLACE,
            f"{REJECT}; rua=mailto:d@a.example",
        ),
    ],
)
def test_an_offer_is_right_in_every_respect(text: str, place: str, record: str) -> None:
    assert Offer(parse_policy(text), place).record() == record


@given(st.lists(PARTS).map(lambda parts: "; ".join(["v=DMARC1", *parts])))
def test_what_is_offered_has_nothing_wrong_and_mends_what_it_is_offered_for(text: str) -> None:
    for finding in judged(text):
        if "record" not in finding.args:
            continue
        record = str(finding.args["record"])
        assert is_record(record)
        again = judged(record)
        assert not [one for one in again if one.severity is Severity.FAIL]
        tag = finding.args.get("tag")
        assert (finding.kind, tag) not in {(one.kind, one.args.get("tag")) for one in again}
