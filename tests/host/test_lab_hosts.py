"""Targets: real, fresh, apart from each other and from the world."""

from __future__ import annotations

import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lab.errors import LabError
from tests.lab.host import Admin
from tests.lab.manifest import VOLATILE, diff_manifests

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.client import Lab
    from tests.lab.fixtures import FreshHost
    from tests.lab.host import Host


@pytest.mark.parametrize("image", ["deb12", "deb12-mail", "deb13", "deb13-mail"])
def test_a_fresh_host_is_a_running_server(
    fresh_host: FreshHost, image: str, record_property: Callable[[str, object], None]
) -> None:
    host = fresh_host(image, fqdn="smtp.corp.example")
    record_property("ready_seconds", round(host.ready_seconds, 2))
    assert host.ready_seconds < 10
    assert host.ssh("systemctl is-system-running --wait").stdout.strip() == "running"
    assert host.ssh("ps -p 1 -o comm=").stdout.strip() == "systemd"
    assert host.ssh("hostname -f").stdout.strip() == "smtp.corp.example"
    release = image.removeprefix("deb").removesuffix("-mail")
    assert f'VERSION_ID="{release}"' in host.ssh("cat /etc/os-release").stdout
    has_postfix = host.ssh("command -v postfix", check=False).returncode == 0
    assert has_postfix == image.endswith("-mail")


def test_changes_do_not_reach_the_next_host(fresh_host: FreshHost) -> None:
    first = fresh_host("deb12", ip="198.51.100.110")
    first.ssh("touch /root/mark /etc/mark")
    first.stop()
    second = fresh_host("deb12", ip="198.51.100.110")
    assert second.host_key != first.host_key
    assert second.ssh("ls /root/mark /etc/mark", check=False).returncode == 2


def test_nothing_leaves_the_lab(fresh_host: FreshHost) -> None:
    host = fresh_host("deb12", lan="198.51.100.130")
    assert host.ssh("ip route show default; ip -6 route show default").stdout == ""
    connect = "timeout 3 bash -c 'exec 3<>/dev/tcp/203.0.113.80/80'"
    assert host.ssh(connect, check=False).returncode != 0
    host.ssh("ip route add default via 198.51.100.1")
    assert host.ssh(connect, check=False).returncode != 0
    for device in ("mwl-wan", "mwl-lan"):
        setting = Path(f"/proc/sys/net/ipv4/conf/{device}/forwarding")
        assert setting.read_text() == "0\n"


def test_several_at_once_have_their_own_addresses(lab: Lab) -> None:
    with ThreadPoolExecutor(4) as pool:
        hosts = list(pool.map(lab.fresh, ["deb12", "deb13", "deb12", "deb13"]))
    try:
        assert len({host.ip for host in hosts}) == 4
        assert len({host.host_key for host in hosts}) == 4
        for host in hosts:
            assert f"inet {host.ip}/" in host.ssh("ip -4 addr show eth0").stdout
    finally:
        for host in hosts:
            host.stop()


def test_a_taken_name_or_address_is_refused(fresh_host: FreshHost, lab: Lab) -> None:
    host = fresh_host("deb12", name="taken")
    with pytest.raises(LabError, match="already"):
        lab.fresh("deb12", name="taken")
    with pytest.raises(LabError, match="taken by another host"):
        lab.fresh("deb12", ip=host.ip)
    with pytest.raises(LabError, match="without the image"):
        lab.fresh("peer")
    assert host.ssh("true").returncode == 0


def test_an_admin_uses_sudo_with_the_password(fresh_host: FreshHost) -> None:
    password = 'it\'s a "long" one %s'
    host = fresh_host("deb12", admin=Admin("mia", password))
    sudo = "sudo -S -p '' id -u"
    assert host.ssh(sudo, user="mia", stdin=f"{password}\n").stdout.strip() == "0"
    assert host.ssh(sudo, user="mia", stdin="wrong\n", check=False).returncode == 1
    host.add_admin("leo", nopasswd=True)
    assert host.ssh("sudo -n id -u", user="leo").stdout.strip() == "0"


def test_the_office_network_is_another_one(fresh_host: FreshHost) -> None:
    one, other = fresh_host("deb12", lan="198.51.100.131"), fresh_host("deb12")
    assert "198.51.100.131/25" in one.ssh("ip -4 addr show eth1").stdout
    assert one.ssh("ping -c 1 -W 2 198.51.100.129").returncode == 0
    assert other.ssh("ping -c 1 -W 1 198.51.100.131", check=False).returncode != 0


def test_a_reboot_keeps_the_disk(fresh_host: FreshHost) -> None:
    host = fresh_host("deb13")
    host.ssh("echo kept > /root/mark")
    before = host.ssh("cat /proc/sys/kernel/random/boot_id").stdout
    host.reboot()
    assert host.ssh("cat /root/mark").stdout == "kept\n"
    assert host.ssh("cat /proc/sys/kernel/random/boot_id").stdout != before


def test_a_crash_ends_commands_and_keeps_the_disk(fresh_host: FreshHost, lab: Lab) -> None:
    host = fresh_host("deb12")
    with subprocess.Popen([*host.ssh_command(), "echo kept > /root/mark; sleep 60"]) as sleeping:
        wait_until(lambda: host.ssh("test -e /root/mark", check=False).returncode == 0)
        host.crash()
        assert not lab.find(host.name).running
        sleeping.kill()
    with pytest.raises(OSError, match=r"refused|timed out|unreachable|No route"):
        connect_seconds(host)
    host.start_again()
    assert host.ssh("cat /root/mark").stdout == "kept\n"
    with pytest.raises(LabError, match="running already"):
        host.start_again()


def test_a_cut_cable_can_be_mended(fresh_host: FreshHost) -> None:
    host = fresh_host("deb12")
    with subprocess.Popen(
        [*host.ssh_command(), "while read -r line; do echo $line; done"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as session:
        assert session.stdin
        assert session.stdout
        host.cut()
        with pytest.raises(OSError, match=r"timed out|unreachable|No route"):
            connect_seconds(host)
        session.stdin.write("late\n")
        session.stdin.flush()
        host.mend()
        assert session.stdout.readline() == "late\n"  # the connection has survived
        session.stdin.close()


@pytest.mark.parametrize("rtt_ms", [30, 50])
def test_delay_is_felt_on_every_round_trip(fresh_host: FreshHost, rtt_ms: int) -> None:
    host = fresh_host("deb12", rtt_ms=rtt_ms)
    shortest = min(connect_seconds(host) for _ in range(5))
    assert rtt_ms / 1000 <= shortest < rtt_ms / 1000 + 0.02
    host.set_rtt(0)
    assert min(connect_seconds(host) for _ in range(5)) < 0.01
    host.set_rtt(100)
    assert 0.1 <= min(connect_seconds(host) for _ in range(3)) < 0.12
    assert host.ssh("head -c 3000000 /dev/zero | sha256sum; cat >/dev/null").returncode == 0


def test_delay_survives_a_cut(fresh_host: FreshHost) -> None:
    host = fresh_host("deb12", rtt_ms=30)
    host.cut()
    with pytest.raises(OSError, match=r"timed out|unreachable|No route"):
        connect_seconds(host)
    host.mend()
    wait_until(lambda: reachable(host))
    assert 0.03 <= min(connect_seconds(host) for _ in range(3)) < 0.05


def test_a_manifest_shows_what_changed_and_nothing_else(
    fresh_host: FreshHost, record_property: Callable[[str, object], None]
) -> None:
    host = fresh_host("deb12-mail")
    host.ssh("systemctl is-system-running --wait")
    before = host.manifest()
    started = time.monotonic()
    again = host.manifest()
    record_property("manifest_seconds", round(time.monotonic() - started, 2))
    assert len(before["files"]) > 5000
    assert diff_manifests(before, again, VOLATILE) == []
    host.ssh(
        "chmod 600 /etc/postfix/main.cf; touch /tmp/left; chown nobody /etc/issue; "
        "rm /etc/motd; ln -s /nowhere /root/link; systemctl disable --now --quiet cron"
    )
    found = diff_manifests(before, host.manifest(), VOLATILE)
    changed = {f"{difference.section} {difference.name}" for difference in found}
    assert changed >= {
        "files /etc/issue",
        "files /etc/motd",
        "files /etc/postfix/main.cf",
        "files /root/link",
        "files /tmp/left",
        "unit_files cron.service",
        "units cron.service",
    }
    rest = {name for name in changed if "cron" not in name}
    assert len(rest) == 5, rest
    assert len(before["packages"]) > 100
    assert set(before["accounts"]) == {"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"}


def connect_seconds(host: Host) -> float:
    """How long a TCP handshake takes: one round trip."""
    started = time.monotonic()
    socket.create_connection((host.ip, 22), timeout=2).close()
    return time.monotonic() - started


def reachable(host: Host) -> bool:
    try:
        connect_seconds(host)
    except OSError:
        return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)
