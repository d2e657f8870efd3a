from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mailwright.datafiles import data_path
from mailwright.mta.postfix.syntax import parameters, services

TEXT = """\
# comment
myhostname = mx1.example.jp
empty =
relayhost=[smtp.relay.example]:587
long = one,
# a comment in the middle
  two,

	three
  # indented comment
myhostname = mx2.example.jp
"""

NAMES = ["a", "b", "ab", "ba"]
LINES = st.text(alphabet="ab=# \t,\r\f\u00a0é\\\"'$%{}", max_size=12)


def test_parameters_are_read_as_postfix_reads_them() -> None:
    assert parameters(TEXT) == {
        "myhostname": "mx2.example.jp",
        "empty": "",
        "relayhost": "[smtp.relay.example]:587",
        "long": "one,  two,\tthree",
    }


def test_services_are_read_with_their_chroot() -> None:
    text = "smtp inet n - y - - smtpd\n  -o a=b\n#x\npickup unix n - - 60 1 pickup\nbroken line\n"
    assert [(each.id, each.chroot) for each in services(text)] == [
        ("smtp/inet", "y"),
        ("pickup/unix", "-"),
    ]


def runner_values(path: Path, names: list[str]) -> dict[str, str]:
    """What the runner on the server takes the parameters for."""
    script = f'. "{data_path("server/runner.sh")}"; file=$1; shift; main_cf_values "$file" "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", str(path), *names], stdout=subprocess.PIPE, check=True
    )
    rows = (line.partition(" = ") for line in done.stdout.decode().split("\n"))
    return {name: value for name, equals, value in rows if equals}


@settings(max_examples=50, deadline=None)
@given(st.lists(LINES, max_size=8).map("\n".join))
def test_the_runner_reads_main_cf_as_the_plan_does(text: str) -> None:
    ours = {name: value for name, value in parameters(text).items() if name in NAMES}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "main.cf"
        path.write_bytes(text.encode())
        assert runner_values(path, NAMES) == ours
