from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab import hosts, paths
from tests.lab.addresses import Interface
from tests.lab.process import Identity

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_later_keeper_reads_what_an_earlier_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "HOSTS", tmp_path)
    interface = Interface("eth0", "wan", ("198.51.100.100",))
    host = hosts.Host("t1", "deb12", "t1.lab.example", [interface], [("/a", "/b")])
    host.init, host.timings = Identity(5, 7), {"ready": 0.8}
    host.save()
    assert hosts.load("t1") == host
    assert hosts.load("t2") is None
    assert hosts.written_names() == {"t1"}
    assert host.ip == "198.51.100.100"
