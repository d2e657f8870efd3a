"""The RFC 7208 test suite of the SPF community, which is not part of this repository."""

from __future__ import annotations

import asyncio
import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailwright.checks.spf import Request, check_host
from mailwright.net.resolver import RecordType, StaticResolver, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("MAILWRIGHT_DATA") or ROOT.parent / "shared" / "data")
SUITE = DATA / "spf" / "rfc7208-tests.yml"
TYPES: tuple[RecordType, ...] = ("A", "AAAA", "CNAME", "MX", "PTR", "TXT")

Entries = list[Any]


def cases() -> Iterator[Any]:
    """Yield the suite's tests, each with the zones of its scenario."""
    if not SUITE.is_file():
        reason = f"no RFC 7208 suite at {SUITE}; MAILWRIGHT_DATA names the folder above spf/"
        yield pytest.param({}, {}, id="suite", marks=pytest.mark.skip(reason=reason))
        return
    yaml = pytest.importorskip("yaml", reason="reading the RFC 7208 suite needs PyYAML")
    for scenario in yaml.safe_load_all(SUITE.read_text(encoding="utf-8")):
        for name, test in scenario["tests"].items():
            yield pytest.param(test, scenario["zonedata"], id=name)


@pytest.mark.parametrize(("test", "zones"), [*cases()])
def test_the_result_is_the_one_of_the_suite(test: dict[str, Any], zones: dict[str, Any]) -> None:
    request = Request(ipaddress.ip_address(test["host"]), test["mailfrom"], test["helo"])
    outcome = asyncio.run(check_host(resolver_for(zones), request))
    assert outcome.result in expected(test["result"])
    if (explanation := test.get("explanation")) is not None:
        assert outcome.explanation == ("" if explanation == "DEFAULT" else explanation)


def expected(result: str | list[str]) -> list[str]:
    return [result] if isinstance(result, str) else result


def resolver_for(zones: dict[str, Entries]) -> StaticResolver:
    records: dict[str, dict[RecordType, list[str]]] = {}
    failures: dict[tuple[str, RecordType], Status] = {}
    for name, entries in zones.items():
        records[name] = {kind: values for kind in TYPES if (values := of_type(entries, kind))}
        failures |= {(name, kind): Status.TIMEOUT for kind in TYPES if times_out(entries, kind)}
    return StaticResolver(records, failures)


def of_type(entries: Entries, kind: RecordType) -> list[str]:
    """Return the values of a type; records of the type SPF serve as TXT where there is none."""
    typed = [pair for entry in entries if isinstance(entry, dict) for pair in entry.items()]
    wanted = "SPF" if kind == "TXT" and not any(own == "TXT" for own, _value in typed) else kind
    return [presented(kind, value) for own, value in typed if own == wanted and value != "NONE"]


def presented(kind: RecordType, value: Any) -> str:
    if kind == "MX":
        return f"{value[0]} {value[1] or '.'}"
    return "".join(value) if kind == "TXT" else str(value)


def times_out(entries: Entries, kind: RecordType) -> bool:
    """Tell whether `TIMEOUT` comes before a record of the type: it stops what is not yet there."""
    before = entries[: entries.index("TIMEOUT")] if "TIMEOUT" in entries else entries
    return "TIMEOUT" in entries and not of_type(before, kind)
