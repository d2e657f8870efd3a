"""Files and folders: there with this content, or not there."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass, field

from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.plan import Action, Change, Step
from mailwright.model.server import FileState, Observation
from mailwright.resource.base import Wants

SECRET = "(secret)"  # noqa: S105 - what is shown instead of one
_SHOWN = 4_000


@dataclass(frozen=True, slots=True)
class Item:
    """One path. `content` is None for a folder, unless `absent` says that nothing may be there.

    `secret` content is shown nowhere, and its hash is kept nowhere but on the server; `opaque`
    content says nothing to a person, so only its size is shown.
    """

    path: str
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    content: bytes | None = field(default=None, repr=False)
    secret: bool = False
    opaque: bool = False
    absent: bool = False

    @property
    def readable(self) -> bool:
        """Whether a person may and can read what is there."""
        return not self.secret and not self.opaque and (self.content is not None or self.absent)

    @property
    def state(self) -> FileState:
        """The state that `stat` and `sha256sum` shall report."""
        if self.absent:
            return FileState()
        if self.content is None:
            return FileState("dir", self.mode, self.owner, self.group)
        digest = hashlib.sha256(self.content).hexdigest()
        return FileState("file", self.mode, self.owner, self.group, digest)

    def shown(self) -> str | None:
        """The content as a person may see it in a plan."""
        if self.absent:
            return None
        if self.content is None:
            return ""
        if self.secret:
            return SECRET
        if self.opaque:
            return f"{len(self.content)} B"
        return self.content[:_SHOWN].decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class Files:
    """Paths that belong together and are written in one step, in their order."""

    id: str
    title: str
    why: str
    items: tuple[Item, ...]

    def wants(self) -> Wants:
        """Every path is looked at, and read where a person may see it."""
        return Wants(
            files=frozenset(item.path for item in self.items),
            texts=frozenset(item.path for item in self.items if item.readable),
        )

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Write what differs; every path is saved first and given back on undo."""
        del after_packages  # no package brings these paths
        differing = tuple(
            item for item in self.items if seen.files.get(item.path, FileState()) != item.state
        )
        if not differing:
            return None
        for item in differing:
            _refuse_foreign(item, seen.files.get(item.path, FileState()))
        paths = tuple(item.path for item in differing)
        with_content = [item for item in differing if item.content is not None]
        return Step(
            id=self.id,
            title=self.title,
            guard="\n".join(
                f"expect {shlex.quote(path)} {_quoted(seen, path)} || exit 1" for path in paths
            ),
            saves=paths,
            do="\n".join(
                f"{_command(item, with_content.index(item) if item in with_content else 0)}"
                " || exit 1"
                for item in differing
            ),
            undo="give_back_or_leave " + " ".join(shlex.quote(path) for path in reversed(paths)),
            changes=tuple(self._change(item, seen) for item in differing),
            blobs=tuple(item.content or b"" for item in with_content),
        )

    def _change(self, item: Item, seen: Observation) -> Change:
        state = seen.files.get(item.path, FileState())
        before, after = None, item.shown()
        if state.exists and state.sha256 == item.state.sha256:
            # The same content: what differs is whose it is, and who may do what.
            before, after = _access(state), _access(item.state)
        elif state.exists:
            text = shown(seen.texts.get(item.path)) or ""
            before = SECRET if item.secret else text[:_SHOWN]
        action = Action.REMOVE if item.absent else Action.CHANGE if state.exists else Action.ADD
        return Change(item.path, action, before, after, self.why)


def shown(text: str | None) -> str | None:
    r"""Text of a server as it can be printed: bytes that are no UTF-8 as `\xNN`."""
    if text is None:
        return None
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def fingerprint(state: FileState) -> str:
    """The state in the words of the runner's `fingerprint`."""
    if not state.exists:
        return "absent"
    return f"{state.kind} {state.mode:o} {state.owner} {state.group} {state.sha256 or '-'}"


def _quoted(seen: Observation, path: str) -> str:
    return shlex.quote(fingerprint(seen.files.get(path, FileState())))


def _access(state: FileState) -> str:
    return f"{state.mode:o} {state.owner}:{state.group}"


def _command(item: Item, blob: int) -> str:
    path = shlex.quote(item.path)
    if item.absent:
        return f"rm -f -- {path}"
    who = f"{item.mode:o} {shlex.quote(f'{item.owner}:{item.group}')}"
    if item.content is None:
        return f"make_dir {path} {who}"
    return f'put {path} {who} "$stage/{blob}"'


def _refuse_foreign(item: Item, state: FileState) -> None:
    wanted = "dir" if item.content is None and not item.absent else "file"
    if state.exists and state.kind != wanted:
        raise MailwrightError(
            "plan.not-ours",
            N_("{path} on the server is a {kind}, where Mailwright keeps a {wanted} of its own."),
            remedy=N_("Look at who made it, move it away, then plan again."),
            args={"path": item.path, "kind": state.kind, "wanted": wanted},
        )
