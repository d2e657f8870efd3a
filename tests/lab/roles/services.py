"""Units: nothing of the peers starts by itself, one service starts the role's."""

from __future__ import annotations

from pathlib import Path

from tests.lab.roles.tools import copy, run

UNITS = Path("/etc/systemd/system")
STARTED_BY_ROLE = (
    *("knot", "nginx", "opendkim", "opendmarc", "postfix", "postgrey", "saslauthd", "unbound"),
    "unbound-resolvconf",
)


def install() -> None:
    """Install the web server's, the ACME server's and the role's files."""
    copy("infra/nginx.conf", "/etc/nginx/nginx.conf")
    copy("infra/pebble.json", "/etc/pebble.json")
    copy("units/lab-role", "/usr/local/sbin/lab-role", 0o755)
    for unit in ("knot@.service", "lab-role.service", "pebble.service"):
        copy(f"units/{unit}", UNITS / unit)
    for name in STARTED_BY_ROLE:
        run("systemctl", "disable", f"{name}.service")
    run("systemctl", "enable", "lab-role.service")
