"""What the windows reach out to: real, unless somebody hands another world to the program."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mailwright.usecases.diagnose import Outside
    from mailwright.usecases.parts import Parts
    from mailwright_ui.servers.server_list import KnownServer


def _real_parts() -> Parts:
    from mailwright.bootstrap import build

    return build()


def _real_servers() -> Sequence[KnownServer]:
    from mailwright.bootstrap import journal

    return journal().known_servers()


def _real_outside() -> Outside:
    from mailwright.bootstrap import outside
    from mailwright.model.requirements import Asking
    from mailwright.usecases.diagnose import SECONDS

    return outside(Asking(), SECONDS)


class World:
    """Makes the parts of the use cases once, when a job first wants them.

    `parts`, `known_servers` (which waits for no other of the real parts than the journal) and
    `outside` (what one diagnosis asks, new for each) are called in the threads of jobs alone: they
    import what takes long, and open files.
    """

    def __init__(
        self,
        parts: Callable[[], Parts] | None = None,
        outside: Callable[[], Outside] = _real_outside,
    ) -> None:
        self._make = parts or _real_parts
        self.known_servers = _real_servers if parts is None else self._servers_of_parts
        self._made: Parts | None = None
        self._lock = Lock()
        self.outside = outside

    def _servers_of_parts(self) -> Sequence[KnownServer]:
        return self.parts().journal.known_servers()

    def parts(self) -> Parts:
        """Return the parts. Raises MailwrightError where they cannot be had, each time anew."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
