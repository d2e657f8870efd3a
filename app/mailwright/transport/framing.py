"""How scripts and answers share one shell channel.

The far end runs a small loop. Each request is a line `NONCE SCRIPT-BYTES PAYLOAD-BYTES`, the
script and the payload; each answer is whatever the script printed and a line `NONCE EXIT-CODE`.
The nonce is random and new for each request, so that no output can look like an answer's end.
Script and payload are read by length: they never become arguments of a program, and `eval` runs
the script without naming it anywhere.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from mailwright.transport.base import CommandResult

# One line without single quotes or exclamation marks: the login shell that starts it may be any.
# A script that was cut off on its way is not run: half of a command can be another command.
# `head -c` reads no byte too many; `cat` takes what the script did not read of its payload.
LOOP = (
    "umask 077; export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin; "
    "while read -r id size more; do "
    'text=$(head -c "$size"; echo .); text=${text%.}; '
    '[ "${#text}" -eq "$size" ] || exit 1; '
    'if [ "$more" -gt 0 ]; then '
    'head -c "$more" | { ( eval "$text" ) 2>&1; code=$?; cat >/dev/null; exit "$code"; }; '
    'else ( eval "$text" ) 2>&1 </dev/null; fi; '
    'printf "\\n%s %s\\n" "$id" "$?"; done'
)


@dataclass(slots=True)
class Exchange:
    """One request and the answer to it, as far as it has come."""

    script: str
    payload: bytes = b""
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))
    received: bytearray = field(default_factory=bytearray)
    _searched: int = 0

    def request(self) -> bytes:
        """The bytes to send."""
        text = self.script.encode()
        if b"\0" in text:
            raise ValueError("a script cannot hold NUL bytes")
        return f"{self.nonce} {len(text)} {len(self.payload)}\n".encode() + text + self.payload

    def feed(self, data: bytes) -> CommandResult | None:
        """Take bytes that came in; the result once the answer is whole."""
        self.received += data
        mark = f"\n{self.nonce} ".encode()
        start = self.received.find(mark, max(0, self._searched - len(mark)))
        self._searched = len(self.received)
        if start < 0:
            return None
        end = self.received.find(b"\n", start + len(mark))
        if end < 0:
            self._searched = start
            return None
        code = int(self.received[start + len(mark) : end])
        return CommandResult(code, bytes(self.received[:start]))
