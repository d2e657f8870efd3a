"""The shape of everything that can be desired on a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.model.plan import Step
    from mailwright.model.server import Observation


@dataclass(frozen=True, slots=True)
class Wants:
    """What must be read to know a resource's state; the readings of all are one script.

    `files` are looked at (kind, mode, owner, hash), `texts` are read; of the private keys `keys`
    only the public half is.
    """

    files: frozenset[str] = field(default_factory=frozenset)
    texts: frozenset[str] = field(default_factory=frozenset)
    packages: frozenset[str] = field(default_factory=frozenset)
    units: frozenset[str] = field(default_factory=frozenset)
    keys: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def union(cls, wants: Iterable[Wants]) -> Wants:
        """Everything that any of them wants."""
        every = tuple(wants)
        return cls(
            frozenset().union(*(each.files for each in every)),
            frozenset().union(*(each.texts for each in every)),
            frozenset().union(*(each.packages for each in every)),
            frozenset().union(*(each.units for each in every)),
            frozenset().union(*(each.keys for each in every)),
        )


class Resource(Protocol):
    """Something desired on a server.

    `step` compares it with what was read and returns the way there with its way back, or
    None where nothing differs. `after_packages` says that packages are installed earlier
    in the same plan: then the state that was read may not be the one that the step meets.
    """

    @property
    def id(self) -> str:
        """A stable name, unique in a plan."""

    def wants(self) -> Wants:
        """What has to be read first."""

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """The step from what was seen to what is desired."""
