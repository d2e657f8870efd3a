"""A desktop in a process of its own, which a test can kill: prints each step that begins."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mailwright.model.events import Event, StepStarted
from mailwright.model.requirements import Route
from mailwright.usecases import setup
from tests.lab.client import Lab
from tests.support.trouble import Rig


def main() -> None:
    """Apply on a host of the lab that is up, by its name, with the data in a folder."""
    name, folder, route = sys.argv[1:]
    lab = Lab.attach()
    rig = Rig(lab, lab.find(name), Path(folder), route=Route(route))

    def tell(event: Event) -> None:
        if isinstance(event, StepStarted):
            sys.stdout.write(f"{json.dumps(event.step)}\n")
            sys.stdout.flush()

    setup.carry_out(rig.parts, rig.plan(), tell)


if __name__ == "__main__":
    main()
