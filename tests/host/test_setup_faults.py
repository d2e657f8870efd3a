"""Real failures of a server in the middle of an apply or of its way back."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.events import Done, Event, Outcome, StepFailed, StepStarted
from mailwright.usecases import setup
from mailwright.usecases.history import history, take_back
from tests.lab import addresses
from tests.support import practice
from tests.support.batch import Batch, Tried, chosen, named
from tests.support.differences import unexplained
from tests.support.trouble import impatient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab.client import Lab
    from tests.support.batch import Case

ENTRY = "/var/lib/mailwright/journal/*"
SMALL_DISK = (
    "mkdir -p -m 700 /var/lib/mailwright && mount -t tmpfs -o size=8m none /var/lib/mailwright"
)
FILL = 'cat /dev/zero >"$entry/filler"; truncate -s -{room}K "$entry/filler"\n'
# A write lock as apt takes it (fcntl), for some seconds; perl is on every Debian.
HOLD_LISTS = """
cat >/tmp/hold.pl <<'PERL'
use Fcntl;
open(my $lock, '>>', '/var/lib/apt/lists/lock') or die;
my $whole = pack('s s l! l! l', F_WRLCK, 0, 0, 0, 0);
fcntl($lock, F_SETLK, $whole) or die;
sleep 8;
PERL
perl /tmp/hold.pl >/dev/null 2>&1 &
sleep 0.5; kill -0 $!
"""


def back(tried: Tried) -> Done:
    server = practice.requirements(tried.lab, tried.host).server
    return take_back(tried.parts, server, practice.confirm_key, tried.events.append)


def states(tried: Tried) -> list[str]:
    server = practice.requirements(tried.lab, tried.host).server
    return [entry.state.value for entry in history(tried.parts, server, practice.confirm_key)]


def words(tried: Tried) -> str:
    return "".join(event.output for event in tried.events if isinstance(event, StepFailed))


def is_what_it_was(tried: Tried) -> None:
    assert tried.traces() == ""
    assert unexplained(tried.before, tried.host.manifest()) == []


def works_afterwards(tried: Tried) -> None:
    """A new apply goes through, nothing is left to do, and it goes back whole."""
    assert tried.carry_out(tried.plan()).outcome is Outcome.DONE
    again = tried.plan()
    again.close()
    assert again.plan.changes == ()
    done = back(tried)
    assert (done.outcome, done.left) == (Outcome.ROLLED_BACK, ())
    is_what_it_was(tried)


def with_first(tried: Tried, before: str) -> setup.Planned:
    """A plan whose first step runs some shell text before its own."""
    planned = tried.plan()
    first, *rest = planned.plan.steps
    planned.plan = replace(planned.plan, steps=(replace(first, do=before + first.do), *rest))
    return planned


def the_mirror_is_away(tried: Tried) -> None:
    planned = tried.plan()
    tried.host.ssh(f"ip route add blackhole {addresses.MIRROR}")
    done = tried.carry_out(planned)
    assert (done.outcome, done.left) == (Outcome.ROLLED_BACK, ())
    assert "mirror.lab.example" in words(tried)
    is_what_it_was(tried)
    tried.host.ssh(f"ip route del blackhole {addresses.MIRROR}")
    works_afterwards(tried)


def apt_is_busy_with_its_lists(tried: Tried) -> None:
    planned = tried.plan()
    tried.host.ssh(HOLD_LISTS)
    assert tried.carry_out(planned).outcome is Outcome.DONE
    said = tried.host.ssh(f"cat {ENTRY}/steps/01/out").stdout
    assert "Could not get lock /var/lib/apt/lists/lock" in said


def the_disk_fills_before_anything_is_installed(tried: Tried) -> None:
    tried.host.ssh("useradd --create-home zoe")
    tried.remember()
    tried.host.ssh(SMALL_DISK)
    done = tried.carry_out(with_first(tried, FILL.format(room=20)))
    assert done.outcome is Outcome.ROLLED_BACK
    tried.host.ssh(f"rm -f {ENTRY}/filler")
    if states(tried) != ["undone"]:
        assert back(tried).left == ()
    tried.host.ssh("umount /var/lib/mailwright && id zoe")
    is_what_it_was(tried)


def the_disk_fills_while_packages_come(tried: Tried) -> None:
    tried.host.ssh(SMALL_DISK)
    done = tried.carry_out(with_first(tried, FILL.format(room=120)))
    # Packages are there, and cannot be taken away without room for notes: that is said.
    assert done.outcome is Outcome.ROLLED_BACK
    assert any("could not be taken back" in text for text in done.left)
    # In this step or, as far as the notes still fitted, in a later one.
    assert any(isinstance(event, StepFailed) for event in tried.events)
    assert tried.host.ssh("dpkg -s postfix", check=False).returncode == 0
    tried.host.ssh(f"rm -f {ENTRY}/filler")
    assert back(tried).left == ()
    tried.host.ssh("umount /var/lib/mailwright")
    is_what_it_was(tried)


def crashed(tried: Tried, planned: setup.Planned, sign: str) -> None:
    """Apply, and let the server die as soon as a command on it succeeds."""

    def watch() -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if tried.host.ssh(sign, check=False).returncode == 0:
                tried.host.crash()
                return
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)

    def listen(event: Event) -> None:
        tried.events.append(event)
        if isinstance(event, StepStarted) and event.index == 1:
            watcher.start()

    planned.session.pauses = (0.2,)
    done = setup.carry_out(tried.parts, planned, listen)
    planned.close()
    watcher.join()
    assert done.outcome is Outcome.INTERRUPTED
    tried.host.start_again()
    assert states(tried) == ["interrupted"]


def booted_before(tried: Tried) -> None:
    """What systemd does at a first boot only is no difference of ours."""
    tried.host.crash()
    tried.host.start_again()
    tried.remember()


def the_server_dies_while_packages_come(tried: Tried) -> None:
    booted_before(tried)
    crashed(tried, tried.plan(), "test -e /var/lib/dpkg/info/postfix.list")
    assert tried.host.ssh("dpkg --audit").stdout != ""
    tried.host.ssh("useradd --create-home zoe; touch /etc/made-since")
    done = back(tried)
    assert (done.outcome, done.left) == (Outcome.ROLLED_BACK, ())
    tried.host.ssh("id zoe && userdel --remove zoe && rm /etc/made-since /etc/sub[ug]id-")
    is_what_it_was_but(tried, {"/etc/subgid-", "/etc/subuid-"})


def is_what_it_was_but(tried: Tried, names: set[str]) -> None:
    assert tried.traces() == ""
    differences = unexplained(tried.before, tried.host.manifest())
    assert [each for each in differences if each.name not in names] == []


def the_server_dies_while_packages_go(tried: Tried) -> None:
    booted_before(tried)
    planned = tried.plan()
    first, second, *rest = planned.plan.steps
    planned.plan = replace(planned.plan, steps=(first, replace(second, do="exit 7"), *rest))
    crashed(
        tried,
        planned,
        f"grep -q undoing {ENTRY}/state && dpkg -s postfix | grep -q 'Status: .* config-files'",
    )
    done = back(tried)
    assert (done.outcome, done.left) == (Outcome.ROLLED_BACK, ())
    is_what_it_was(tried)


def the_server_dies_while_an_entry_is_brought(tried: Tried) -> None:
    name = "20260101T000000.000Z-aaaaaa"
    tried.host.ssh(
        f"mkdir -p -m 700 /var/lib/mailwright/journal/.{name}/steps /run/mailwright/{name}; "
        f"ln -s {name} /var/lib/mailwright/lock"
    )
    with pytest.raises(MailwrightError) as caught:
        tried.carry_out(tried.plan())
    assert caught.value.code == "engine.busy"
    tried.host.ssh("touch -d '-3 minutes' /var/lib/mailwright/journal/.2*")
    works_afterwards(tried)
    assert "aaaaaa" not in tried.host.ssh("ls -A /var/lib/mailwright/journal").stdout


BARE = (
    the_mirror_is_away,
    apt_is_busy_with_its_lists,
    the_disk_fills_before_anything_is_installed,
    the_disk_fills_while_packages_come,
    the_server_dies_while_packages_come,
    the_server_dies_while_packages_go,
)
CASES: list[Case] = [
    *((case, "deb12") for case in BARE),
    (the_server_dies_while_an_entry_is_brought, "deb12-mail"),
]
LONG: list[Case] = [(case, "deb13") for case in BARE]


@pytest.fixture(scope="module")
def batch(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Batch]:
    with pytest.MonkeyPatch.context() as patch:
        impatient(patch)
        running = Batch(lab, tmp_path_factory.mktemp("faults"), chosen(request))
        yield running
        running.close()


@pytest.mark.parametrize("case", CASES, ids=named)
def test_nothing_is_lost_when(batch: Batch, case: Case) -> None:
    batch.result(case)


@pytest.mark.matrix
@pytest.mark.parametrize("case", LONG, ids=named)
def test_nothing_is_lost_on_another_release_when(batch: Batch, case: Case) -> None:
    batch.result(case)
