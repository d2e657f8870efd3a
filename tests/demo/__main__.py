"""Set up two fresh servers, prove them, and take everything back.

    python -m tests.demo

The first sends through a relay, the second straight to the receivers. Everything is real: the
command line, the keyring, SSH with sudo, apt, Postfix, OpenDKIM, TLS, DNS. Nothing leaves this
machine. Each line says what was proven and with what evidence; 1 when one is false.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
from pathlib import Path

from tests.demo import desktop
from tests.demo.claims import Claims
from tests.demo.desktop import Desktop
from tests.demo.direct import Directly
from tests.demo.relay import ThroughRelay
from tests.lab.host import Admin
from tests.secret_service import keyring_daemon, session_bus
from tests.support import practice

ADDRESS = "198.51.100.100"
SECOND = "198.51.100.105"
LAN = "198.51.100.130"


def main() -> int:
    """Run the demo; 0 when every claim is true."""
    claims = Claims()
    password = secrets.token_urlsafe(18)
    with (
        tempfile.TemporaryDirectory() as name,
        practice.practice_network(["deb12", "deb13"], "make demo") as lab,
        session_bus(Path(name) / "session") as environment,
        keyring_daemon(environment),
    ):
        folder, person = Path(name), Desktop(environment)
        admin = Admin("admin", password)
        host = lab.fresh("deb12", name="mx1", ip=ADDRESS, admin=admin)
        print(f"1. Debian 12 at {host.ip}, {host.ready_seconds:.1f} s old: through a relay\n")
        profile = desktop.write_profile(folder / "mx1.toml", desktop.through_relay(lab, host))
        ThroughRelay(claims, lab, host, person, profile).play(password)
        host.stop()
        host = lab.fresh("deb13", name="mx2", ip=SECOND, lan=LAN, admin=admin)
        print(f"\n2. Debian 13 at {host.ip}, {host.ready_seconds:.1f} s old: directly, signed\n")
        profile = desktop.write_profile(folder / "mx2.toml", desktop.directly(lab, host))
        Directly(claims, lab, host, person, profile).play(password)
        host.stop()
    return 0 if claims.all_true else 1


if __name__ == "__main__":
    sys.exit(main())
