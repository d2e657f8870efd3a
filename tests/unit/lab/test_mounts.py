from __future__ import annotations

from pathlib import Path

from tests.lab.mounts import below

TABLE = r"""22 1 254:0 / / rw - ext4 /dev/vda rw
30 22 0:40 / /run/mwlab/hosts/t1 rw - tmpfs mwlab rw
31 30 0:41 / /run/mwlab/hosts/t1/root rw - overlay overlay rw
32 22 0:42 / /run/mwlab/hosts2 rw - tmpfs mwlab rw
33 22 0:43 / /run/mwlab/hosts/with\040space rw - tmpfs mwlab rw
"""


def test_the_newest_mount_comes_first_and_neighbours_are_left() -> None:
    assert below(Path("/run/mwlab/hosts"), TABLE) == [
        Path("/run/mwlab/hosts/with space"),
        Path("/run/mwlab/hosts/t1/root"),
        Path("/run/mwlab/hosts/t1"),
    ]
    assert below(Path("/run/mwlab/hosts/t1"), TABLE)[-1] == Path("/run/mwlab/hosts/t1")
