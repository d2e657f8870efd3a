"""Configure the system that this runs in (a chroot of the image) as all of the peers."""

from __future__ import annotations

from tests.lab.roles import certificates, knot, mail, services, zones


def main() -> None:
    certificates.make()
    tables = zones.load(certificates.tlsa("mx"))
    knot.configure(tables)
    mail.configure_mx()
    mail.configure_relay()
    services.install()


main()
