"""A plan on a server where nothing is to change, against the least that SSH can cost.

The floor is one login and one exec of `true` with the same rights: as root, and through sudo with
a password. Both run in this process with the same library, so that neither pays for its start.
"""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import paramiko

from benchmarks.timing import Pair, in_turn
from mailwright.model.events import Outcome
from mailwright.usecases import setup
from tests.lab.host import Admin
from tests.support import practice

if TYPE_CHECKING:
    from mailwright.model.requirements import Requirements
    from mailwright.usecases.parts import Parts
    from tests.lab.client import Lab
    from tests.lab.host import Host

BAR = 1.3
IMAGE = "deb12-mail"
RUNS = 9
ROUND_TRIPS_MS = (0, 50)


def main() -> bool:
    """Print a row for each login and round-trip time; False when a bar was missed."""
    password = secrets.token_urlsafe(18)
    logins = (practice.Login(), practice.Login("admin", password))
    with (
        practice.practice_network([IMAGE], "benchmark: plan") as lab,
        tempfile.TemporaryDirectory() as folder,
    ):
        host = lab.fresh(IMAGE, admin=Admin("admin", password))
        _set_up(lab, host, Path(folder))
        print(f"plan on an unchanged server, {RUNS} pairs each, bar {BAR} x floor")
        print(f"{'login':<8}{'rtt ms':>8}{'floor ms':>10}{'plan ms':>10}{'ratio':>8}")
        held = [
            _row(lab, host, Path(folder), login, rtt) for rtt in ROUND_TRIPS_MS for login in logins
        ]
    return all(held)


def _set_up(lab: Lab, host: Host, folder: Path) -> None:
    parts = practice.parts(lab, host, folder)
    planned = setup.plan(parts, practice.requirements(lab, host), practice.confirm_key)
    done = setup.carry_out(parts, planned, lambda _event: None)
    planned.close()
    if done.outcome is not Outcome.DONE:
        raise RuntimeError(f"the server could not be set up: {done}")


def _row(lab: Lab, host: Host, folder: Path, login: practice.Login, rtt: int) -> bool:
    host.set_rtt(rtt)
    parts = practice.parts(lab, host, folder, login)
    wanted = practice.requirements(lab, host, login)
    pair = in_turn(lambda: _floor(host, login), lambda: _plan(parts, wanted), RUNS)
    _print(login, rtt, pair)
    return pair.ratio <= BAR


def _print(login: practice.Login, rtt: int, pair: Pair) -> None:
    name = "root" if login.user == "root" else "sudo"
    print(f"{name:<8}{rtt:>8}{pair.floor * 1000:>10.0f}{pair.ours * 1000:>10.0f}{pair.ratio:>8.2f}")


def _floor(host: Host, login: practice.Login) -> None:
    with paramiko.SSHClient() as client:
        client.load_host_keys(str(host.known_hosts_path))
        client.connect(
            host.ip,
            username=login.user,
            key_filename=str(host.ssh_key_path),
            allow_agent=False,
            look_for_keys=False,
        )
        link = client.get_transport()
        if link is None:
            raise RuntimeError("not connected")
        channel = link.open_session()
        channel.exec_command("true" if login.sudo_password is None else "sudo -S -p '' true")
        if login.sudo_password is not None:
            channel.sendall(login.sudo_password.encode() + b"\n")
        if channel.recv_exit_status():
            raise RuntimeError("`true` failed")


def _plan(parts: Parts, wanted: Requirements) -> None:
    planned = setup.plan(parts, wanted, practice.confirm_key)
    planned.close()
    if planned.plan.steps:
        raise RuntimeError("the plan is not empty")
