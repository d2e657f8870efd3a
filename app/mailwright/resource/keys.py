"""Private keys that are made on the server and never leave it."""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.plan import Action, Change, Step
from mailwright.model.server import FileState, Observation
from mailwright.resource.base import Wants
from mailwright.resource.files import Files, Item, fingerprint

OPENSSL = "openssl"
"""The package and the program that makes keys and reads them."""

_MODE = 0o600
_BEGINNING = 24
_RSA = bytes.fromhex("300d06092a864886f70d010101")
"""How the algorithm of an RSA key begins in SubjectPublicKeyInfo: rsaEncryption (RFC 8017 A.1)."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """An RSA private key in a PEM file (PKCS #8, RFC 5958) that its owner alone may read.

    The server makes it where there is none; one that is there is never replaced, only closed
    again. `bits` is the length of a new one. `folders` are made on the way to it. Undo takes away
    the key that this step made. No copy of the key is kept, not even in the server's journal.
    """

    id: str
    title: str
    path: str
    owner: str
    group: str
    why: str
    bits: int = 2048
    folders: tuple[Item, ...] = ()

    def wants(self) -> Wants:
        """The file's state and its public half, the folders, and whether openssl is there."""
        own = Wants(
            files=frozenset({self.path}),
            packages=frozenset({OPENSSL}),
            keys=frozenset({self.path}),
        )
        return Wants.union((own, self._folders.wants()))

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Make the key, or close it.

        Raises MailwrightError `plan.not-ours` where something else is at the path, and
        `plan.not-a-key` where the file holds no RSA key.
        """
        state = seen.files.get(self.path, FileState())
        self._refuse_foreign(state, seen)
        folders = self._folders.step(seen, after_packages=after_packages)
        wanted = FileState("file", _MODE, self.owner, self.group, state.sha256)
        if folders is None and state == wanted:
            return None
        saves = () if folders is None else folders.saves
        path = shlex.quote(self.path)
        owner = shlex.quote(f"{self.owner}:{self.group}")
        put = f"key_put {path} {self.bits} {_MODE:o} {owner}"
        expected = f"expect {path} {shlex.quote(fingerprint(state))}"
        return Step(
            id=self.id,
            title=self.title,
            guard=expected if folders is None else f"{folders.guard}\n{expected}",
            saves=saves,
            do=put if folders is None else f"{folders.do}\n{put}",
            undo=f"key_undo {path}\n"
            f"give_back_or_leave {' '.join(shlex.quote(each) for each in reversed(saves))}",
            changes=(
                *(() if folders is None else folders.changes),
                *(() if state == wanted else (self._change(state, wanted),)),
            ),
        )

    @property
    def _folders(self) -> Files:
        return Files(self.id, self.title, self.why, self.folders)

    def _change(self, before: FileState, after: FileState) -> Change:
        if not before.exists:
            return Change(self.path, Action.ADD, None, f"RSA {self.bits}", self.why)
        return Change(self.path, Action.CHANGE, _access(before), _access(after), self.why)

    def _refuse_foreign(self, state: FileState, seen: Observation) -> None:
        if not state.exists:
            return
        if state.kind != "file":
            raise MailwrightError(
                "plan.not-ours",
                N_(
                    "{path} on the server is a {kind}, where Mailwright keeps a {wanted} "
                    "of its own."
                ),
                remedy=N_("Look at who made it, move it away, then plan again."),
                args={"path": self.path, "kind": state.kind, "wanted": "file"},
            )
        public = seen.keys.get(self.path)
        if public is None and seen.packages.get(OPENSSL) is None:
            return  # not known before openssl is there; it is used as it is
        if public is None or not is_rsa(public):
            raise MailwrightError(
                "plan.not-a-key",
                N_("{path} on the server holds no RSA private key that openssl can read."),
                remedy=N_("Look at who made it, move it away, then plan again."),
                args={"path": self.path},
            )


def is_rsa(public: str) -> bool:
    """Whether a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) in base64 is an RSA key's."""
    if len(public) < _BEGINNING:
        return False
    beginning = base64.b64decode(public[:_BEGINNING])
    # A SEQUENCE and its length come first, in two to four octets.
    return any(beginning.startswith(_RSA, length) for length in (2, 3, 4))


def _access(state: FileState) -> str:
    return f"{state.mode:o} {state.owner}:{state.group}"
