"""check_host, beside the community's suite: the limits, the traces, and what noise does."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwright.checks.spf import Branch, Outcome, Request, Result, check_host
from mailwright.checks.spf.outcome import Cause
from mailwright.net.resolver import Answer, CachingResolver, RecordType, StaticResolver, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Zones = Mapping[str, Mapping[RecordType, Sequence[str]]]
    Failures = dict[tuple[str, RecordType], Status]

D = "example.com"


def evaluate(
    record: str,
    zones: Zones | None = None,
    *,
    ip: str = "192.0.2.1",
    mail_from: str = "foo@example.com",
    failures: Failures | None = None,
) -> Outcome:
    merged: dict[str, dict[RecordType, Sequence[str]]] = {
        name: dict(types) for name, types in (zones or {}).items()
    }
    merged.setdefault(D, {})["TXT"] = [record]
    request = Request(ip_address(ip), mail_from, "helo.example.com", "checker.example", 1000)
    return asyncio.run(check_host(StaticResolver(merged, failures), request))


@pytest.mark.parametrize(
    ("record", "result"),
    [
        ("v=spf1", Result.NEUTRAL),
        ("v=spf1 ip4:192.0.2.0/24 -all", Result.PASS),
        ("v=spf1 ?ip4:192.0.2.1 -all", Result.NEUTRAL),
        ("v=spf1 -all ip4:192.0.2.1", Result.FAIL),
        ("v=spf1 ip4:192.0.2.1 moo", Result.PERMERROR),
        ("v=spf1 ~all moo=%{i}", Result.SOFTFAIL),
        ("v=spf1 ip6:::/0 -all", Result.FAIL),
        ("v=spf1 a:bad..name.example -all", Result.FAIL),
        ("v=spf1 include:nowhere.example ~all", Result.PERMERROR),
        ("v=spf1 include:bad..name.example ~all", Result.PERMERROR),
        ("v=spf1 include:%{l} ~all", Result.PERMERROR),
        ("v=spf1 redirect=nowhere.example", Result.PERMERROR),
        ("v=spf1 ~all redirect=nowhere.example", Result.SOFTFAIL),
    ],
)
def test_results(record: str, result: Result) -> None:
    assert evaluate(record).result is result


@pytest.mark.parametrize(
    ("included", "result"),
    [
        ("v=spf1 +all", Result.PASS),
        ("v=spf1 -all", Result.SOFTFAIL),
        ("v=spf1 ~all", Result.SOFTFAIL),
        ("v=spf1 ?all", Result.SOFTFAIL),
        ("v=spf1", Result.SOFTFAIL),
        ("v=spf1 moo", Result.PERMERROR),
        ("no record", Result.PERMERROR),
        ("v=spf1 a:slow.example.com -all", Result.TEMPERROR),
    ],
)
def test_an_include_matches_by_a_pass_alone(included: str, result: Result) -> None:
    zones: Zones = {"i.example.com": {"TXT": [included]}}
    failures: Failures = {("slow.example.com", "A"): Status.SERVFAIL}
    assert evaluate("v=spf1 include:i.example.com ~all", zones, failures=failures).result is result


@pytest.mark.parametrize("status", [status for status in Status if not status.is_known])
@pytest.mark.parametrize(
    ("record", "question"),
    [
        ("v=spf1 a:x.example -all", ("x.example", "A")),
        ("v=spf1 mx:x.example -all", ("x.example", "MX")),
        ("v=spf1 exists:x.example -all", ("x.example", "A")),
        ("v=spf1 include:x.example -all", ("x.example", "TXT")),
        ("v=spf1 redirect=x.example", ("x.example", "TXT")),
        ("v=spf1 -all", (D, "TXT")),
    ],
)
def test_what_stays_open_is_a_temporary_error(
    record: str, question: tuple[str, RecordType], status: Status
) -> None:
    outcome = evaluate(record, failures={question: status})
    assert outcome.result is Result.TEMPERROR
    assert outcome.problem is not None
    assert outcome.problem.cause is Cause.UNANSWERED
    assert str(status) in outcome.problem.detail


def test_an_open_reverse_lookup_is_only_no_match() -> None:
    failures: Failures = {("1.2.0.192.in-addr.arpa", "PTR"): Status.TIMEOUT}
    assert evaluate("v=spf1 ptr -all", failures=failures).result is Result.FAIL


@pytest.mark.parametrize(
    ("terms", "result", "lookups"),
    [
        ("ptr " * 10 + "ip4:192.0.2.1", Result.PASS, 10),
        ("ptr " * 11 + "ip4:192.0.2.1", Result.PERMERROR, 11),
        ("ptr " * 10 + "redirect=r.example.com", Result.PERMERROR, 11),
        ("ptr " * 9 + "redirect=r.example.com", Result.PASS, 10),
        ("ptr " * 7 + "include:four.example.com ip4:192.0.2.1", Result.PERMERROR, 11),
        ("ptr " * 6 + "include:four.example.com ip4:192.0.2.1", Result.PASS, 10),
        ("ip4:192.0.2.1 " + "ptr " * 20, Result.PASS, 0),
    ],
)
def test_ten_terms_may_ask_in_all_records_together(
    terms: str, result: Result, lookups: int
) -> None:
    zones: Zones = {
        D: {},
        "1.2.0.192.in-addr.arpa": {"PTR": ["other.example"]},
        "r.example.com": {"TXT": ["v=spf1 ip4:192.0.2.1"]},
        "four.example.com": {"TXT": ["v=spf1 ptr ptr ptr"]},
    }
    outcome = evaluate(f"v=spf1 {terms}", zones)
    assert (outcome.result, outcome.lookups) == (result, lookups)
    if result is Result.PERMERROR:
        assert outcome.problem is not None
        assert outcome.problem.cause is Cause.LOOKUPS


@pytest.mark.parametrize(
    ("terms", "result"),
    [
        ("a:no1.example a:no2.example ip4:192.0.2.1", Result.PASS),
        ("a:no1.example a:no2.example a:no3.example ip4:192.0.2.1", Result.PERMERROR),
        ("a:no1.example exists:no2.example mx:no3.example ip4:192.0.2.1", Result.PERMERROR),
        ("mx:hosts.example mx:hosts.example ip4:192.0.2.1", Result.PASS),
        ("a:no1.example a:no2.example -all exp=no3.example", Result.FAIL),
        ("a:bad..1.example a:bad..2.example a:bad..3.example ip4:192.0.2.1", Result.PASS),
    ],
)
def test_two_terms_may_stand_for_nothing(terms: str, result: Result) -> None:
    # A term counts once, however many of its MX hosts are gone.
    hosts: Zones = {"hosts.example": {"MX": [f"10 gone{n}.example" for n in range(5)]}}
    assert evaluate(f"v=spf1 {terms}", hosts).result is result


def test_more_than_ten_mx_hosts_are_a_permanent_error() -> None:
    zones: Zones = {D: {"MX": [f"10 mx{n}.example.com" for n in range(11)]}}
    outcome = evaluate("v=spf1 mx ip4:192.0.2.1", zones)
    assert outcome.result is Result.PERMERROR
    assert outcome.problem is not None
    assert (outcome.problem.cause, outcome.problem.term) == (Cause.MX_NAMES, "mx")


def test_the_trace_says_who_leads_where_and_at_what_cost() -> None:
    zones: Zones = {
        "one.example.com": {"TXT": ["v=spf1 a:gone.example redirect=two.example.com"]},
        "two.example.com": {"TXT": ["v=spf1 exists:%{ir}.x.example -all"]},
    }
    outcome = evaluate("v=spf1 include:one.example.com ip4:192.0.2.1 -all", zones)
    assert outcome.result is Result.PASS
    assert (outcome.lookups, outcome.void_lookups) == (4, 2)
    include, ip4 = outcome.trace.steps
    assert (include.lookups, include.void_lookups, include.matched) == (4, 2, False)
    assert (ip4.term, ip4.matched, ip4.lookups) == ("ip4:192.0.2.1", True, 0)
    one = include.branch
    assert one is not None
    assert (one.domain, one.result, one.lookups) == ("one.example.com", Result.FAIL, 3)
    assert [step.target for step in one.steps] == ["gone.example", "two.example.com"]
    two = one.steps[1].branch
    assert two is not None
    assert two.steps[0].target == "1.2.0.192.x.example"


def test_a_problem_names_the_record_that_it_is_in() -> None:
    zones: Zones = {"one.example.com": {"TXT": ["v=spf1 a:www moo -all"]}}
    problem = evaluate("v=spf1 include:one.example.com -all", zones).problem
    assert problem is not None
    assert (problem.domain, problem.term, problem.column) == ("one.example.com", "a:www", 8)


EXPLANATIONS: Zones = {
    "exp.example.com": {"TXT": ["%{i} is not %{D}'s; %{s}, %{h}, %{c}, %{r}, %{t}, %{p}"]},
    "two.example.com": {"TXT": ["one", "two"]},
    "bad.example.com": {"TXT": ["%{x}"]},
    "foreign.example.com": {"TXT": ["n\xe9"]},
    "long.example.com": {"TXT": ["%{s}" * 1000]},
    "i.example.com": {"TXT": ["v=spf1 -all exp=other.example.com"]},
    "p.example.com": {"TXT": ["v=spf1 +all exp=other.example.com"]},
    "other.example.com": {"TXT": ["Other."]},
}


@pytest.mark.parametrize(
    ("record", "explanation"),
    [
        ("-all exp=exp.%{d2}", "192.0.2.1 is not example.com's; foo@example.com, helo.example.com, "
         "192.0.2.1, checker.example, 1000, unknown"),
        ("-all", ""),
        ("~all exp=other.example.com", ""),
        ("-all exp=gone.example.com", ""),
        ("-all exp=slow.example.com", ""),
        ("-all exp=two.example.com", ""),
        ("-all exp=bad.example.com", ""),
        ("-all exp=foreign.example.com", ""),
        ("-all exp=bad..name.example", ""),
        ("redirect=i.example.com exp=two.example.com", "Other."),
        ("include:i.example.com -all", ""),
        ("-include:p.example.com", ""),
        ("-include:p.example.com exp=other.example.com", "Other."),
    ],
)  # fmt: skip
def test_explanations(record: str, explanation: str) -> None:
    failures: Failures = {("slow.example.com", "TXT"): Status.TIMEOUT}
    outcome = evaluate(f"v=spf1 {record}", EXPLANATIONS, failures=failures)
    assert outcome.explanation == explanation


def test_an_explanation_is_bounded() -> None:
    outcome = evaluate("v=spf1 -all exp=long.example.com", EXPLANATIONS)
    assert len(outcome.explanation) == 1000


@pytest.mark.parametrize("mail_from", ["foo@localhost", "foo@a..b", "foo@[192.0.2.1]", "foo@"])
def test_a_sender_without_a_domain_has_no_policy(mail_from: str) -> None:
    assert evaluate("v=spf1 -all", mail_from=mail_from).result is Result.NONE


def test_a_bounce_is_judged_by_helo() -> None:
    zones: Zones = {"helo.example.com": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]}}
    assert evaluate("v=spf1 -all", zones, mail_from="").result is Result.PASS


class Stuck(CachingResolver):
    """Never answers."""

    async def _ask(self, name: str, record_type: RecordType) -> Answer:
        await asyncio.Event().wait()
        return Answer(name, record_type, Status.NO_DATA)


def test_an_evaluation_ends_in_time() -> None:
    request = Request(ip_address("192.0.2.1"), "foo@example.com", "helo.example.com")
    outcome = asyncio.run(check_host(Stuck(), request, seconds=0.05))
    assert outcome.result is Result.TEMPERROR
    assert outcome.problem is not None
    assert outcome.problem.cause is Cause.TOO_SLOW


def test_terms_do_not_wait_for_each_other() -> None:
    class Slow(StaticResolver):
        async def _ask(self, name: str, record_type: RecordType) -> Answer:
            await asyncio.sleep(0.05)
            return await super()._ask(name, record_type)

    zones: Zones = {D: {"TXT": ["v=spf1 " + " ".join(f"a:h{n}.{D}" for n in range(9)) + " -all"]}}
    hosts: Zones = {f"h{n}.{D}": {"A": ["192.0.2.9"]} for n in range(9)}

    async def run() -> float:
        loop = asyncio.get_running_loop()
        started = loop.time()
        request = Request(ip_address("192.0.2.1"), f"foo@{D}", f"helo.{D}")
        outcome = await check_host(Slow({**zones, **hosts}), request)
        assert outcome.result is Result.FAIL
        return loop.time() - started

    assert asyncio.run(run()) < 0.05 * 4


NAMES = [D, "a.example.com", "b.example.com", "helo.example.com", "gone.example"]
TERM = st.one_of(
    st.sampled_from(
        ["all", "-all", "a", "mx", "ptr", "exists:%{ir}.a.example.com", "include:%{d}", "moo",
         "a:%{p}", "exists:%{p}.a.example.com", "ip4:192.0.2.0/24", "?mx/24", "a:%{l}.%{h}"]
    ),
    st.builds(
        lambda prefix, name: prefix + name,
        st.sampled_from(["include:", "?include:", "a:", "mx:", "redirect=", "exp=", "ptr:"]),
        st.sampled_from(NAMES),
    ),
)  # fmt: skip
RECORD = st.lists(TERM, max_size=14).map(lambda terms: " ".join(["v=spf1", *terms]))
HOST = st.fixed_dictionaries(
    {},
    optional={
        "TXT": st.lists(RECORD | st.text(max_size=40), max_size=2),
        "A": st.lists(st.sampled_from(["192.0.2.1", "192.0.2.2"]), max_size=2),
        "AAAA": st.lists(st.sampled_from(["2001:db8::1", "2001:db8::2"]), max_size=2),
        "MX": st.lists(st.sampled_from([f"10 {name}" for name in [*NAMES, "."]]), max_size=12),
    },
)
ZONES = st.dictionaries(st.sampled_from(NAMES[:4]), HOST)


@settings(deadline=None)
@given(
    record=RECORD,
    zones=ZONES,
    ip=st.sampled_from(["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"]),
    mail_from=st.sampled_from(["foo@example.com", "", "@a.example.com"]) | st.text(max_size=30),
    failures=st.dictionaries(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(["TXT", "A", "MX"])),
        st.sampled_from([Status.TIMEOUT, Status.SERVFAIL]),
        max_size=3,
    ),
)
def test_whatever_is_published_an_evaluation_is_bounded(
    record: str, zones: Zones, ip: str, mail_from: str, failures: Failures
) -> None:
    outcome = evaluate(record, zones, ip=ip, mail_from=mail_from, failures=failures)
    assert outcome.lookups <= 11
    assert outcome.void_lookups <= 3
    assert depth(outcome.trace) <= 11
    errors = {Result.TEMPERROR, Result.PERMERROR}
    assert (outcome.result in errors) is (outcome.problem is not None)
    assert not outcome.explanation or outcome.result is Result.FAIL


def depth(branch: Branch) -> int:
    return 1 + max((depth(step.branch) for step in branch.steps if step.branch), default=0)
