"""Try a record before anybody publishes it."""

from __future__ import annotations

from dataclasses import dataclass

from mailwright.net.resolver import Answer, RecordType, Resolver, Status, normal_name


@dataclass(frozen=True, slots=True)
class WithRecord:
    """A resolver as it will be once `domain` has this SPF record, to try it beforehand."""

    resolver: Resolver
    domain: str
    record: str

    @property
    def queries(self) -> int:
        """How many different questions were asked."""
        return self.resolver.queries

    async def query(self, name: str, record_type: RecordType) -> Answer:
        """Return the answer; see `Resolver`."""
        if self._is_replaced(name, record_type):
            return Answer(normal_name(name), record_type, Status.ANSWER, (self.record,))
        return await self.resolver.query(name, record_type)

    def prefetch(self, name: str, record_type: RecordType) -> None:
        """Begin to ask; see `Resolver`."""
        if not self._is_replaced(name, record_type):
            self.resolver.prefetch(name, record_type)

    def _is_replaced(self, name: str, record_type: RecordType) -> bool:
        return record_type == "TXT" and normal_name(name) == normal_name(self.domain)
