"""What was proven: a sentence, whether it is true, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

WIDTH = 160


@dataclass
class Claims:
    """Prints each claim as it is settled."""

    settled: list[bool] = field(default_factory=list)

    def settle(self, claim: str, true: object, evidence: object) -> bool:
        """Print a claim with its evidence, in one line each."""
        verdict = bool(true)
        self.settled.append(verdict)
        print(f"{'true ' if verdict else 'FALSE'}  {claim}", flush=True)
        words = " ".join(str(evidence).split())
        print(f"         {words[:WIDTH]}", flush=True)
        return verdict

    @property
    def all_true(self) -> bool:
        """Whether there were claims and each of them is true."""
        return bool(self.settled) and all(self.settled)
