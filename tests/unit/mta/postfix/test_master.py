from __future__ import annotations

import pytest

from mailwright.model.server import Facts, Observation
from mailwright.mta.postfix.master import MASTER_CF, MasterCf
from mailwright.resource.files import Item

PLAIN = "smtp unix - - n - - smtp\nrelay unix - - n - - smtp\n  -o syslog_name=postfix/relay\n"
FOUR = PLAIN.replace("n - - smtp\n", "n - - smtp\n  -o inet_protocols=ipv4\n")
BRACED = PLAIN.replace("n - - smtp\n", "n - - smtp\n  -o { inet_protocols = ipv4 }\n")
ONE = PLAIN.partition("relay")[0]
BOTH = ["smtp/unix/inet_protocols", "relay/unix/inet_protocols"]


def seen(text: str) -> Observation:
    state = Item(MASTER_CF, content=text.encode()).state
    return Observation(Facts("debian", "12"), files={MASTER_CF: state}, texts={MASTER_CF: text})


@pytest.mark.parametrize(
    ("text", "value", "lines"),
    [
        (PLAIN, "", []),
        (FOUR, "ipv4", []),
        (BRACED, "ipv4", []),
        (PLAIN, "ipv4", [f"{each}=ipv4" for each in BOTH]),
        (FOUR, "", BOTH),
        (FOUR, "ipv6", [f"{each}=ipv6" for each in BOTH]),
        (ONE, "ipv4", [f"{BOTH[0]}=ipv4"]),
    ],
)
def test_an_option_is_set_where_it_differs(text: str, value: str, lines: list[str]) -> None:
    resource = MasterCf("master.cf", (("inet_protocols", value),))
    step = resource.step(seen(text), after_packages=False)
    if step is None:
        assert lines == []
        return
    assert [line for line in step.do.splitlines() if "/" in line and "$" not in line] == lines
    assert [change.after or "" for change in step.changes] == [value] * len(lines)
    assert step.do.endswith("service_options")


def test_what_nobody_decided_stays() -> None:
    assert MasterCf("master.cf").step(seen(FOUR), after_packages=False) is None
