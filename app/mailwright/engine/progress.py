"""Follow an entry of the server's journal and tell what happens, across broken connections."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mailwright.engine import remote
from mailwright.errors import MailwrightError
from mailwright.i18n import N_, render
from mailwright.model.events import (
    ConnectionLost,
    Done,
    Event,
    Outcome,
    RolledBack,
    StepDone,
    StepFailed,
    StepStarted,
)
from mailwright.transport.base import Transport

RECONNECT_PAUSES = (1.0, 2.0, 5.0, 10.0, 15.0)
"""Seconds before each new attempt to connect after the connection broke."""

_IDLE_TURNS = 2

_REASONS = {
    "refused": N_("The server was changed since the plan was made."),
    "not-saved": N_("The state before could not be saved, so nothing was changed."),
    "failed": N_("A command on the server failed."),
}
_LEFT = {
    "changed-since": N_("{arg} was changed by somebody else since and stays as it is."),
    "not-restored": N_("{arg} could not be restored; its saved copy is in the journal."),
    "only-ours-restored": N_(
        "{arg} was changed by somebody else since: only Mailwright's own parameters were "
        "taken back."
    ),
    "queue-kept": N_(
        "Postfix stays installed, stopped and off: {arg} messages still wait in its queue."
    ),
    "packages-needed": N_("Packages stay installed because others need them: {arg}"),
    "account-kept": N_("The account {arg} could not be removed."),
    "path-kept": N_("{arg} came with a package and was changed since; it stays."),
    "undo-failed": N_("Step {arg} could not be taken back; its words are in the journal."),
}


@dataclass
class Session:
    """A connection that can be made again; `reconnect` logs in anew."""

    transport: Transport
    reconnect: Callable[[], Transport]
    pauses: tuple[float, ...] = RECONNECT_PAUSES

    def again(self) -> bool:
        """Connect again, several times with pauses; False when the server stays away."""
        for pause in self.pauses:
            time.sleep(pause)
            try:
                self.transport = self.reconnect()
            except MailwrightError as error:
                if error.code not in {"transport.unreachable", "transport.lost"}:
                    raise
            else:
                return True
        return False


@dataclass
class Follower:
    """Turns the lines of one entry into events until the entry rests.

    `titles` maps a step's number in the entry to its id and title.
    """

    session: Session
    entry: str
    window: int
    titles: Mapping[str, tuple[str, str]]
    emit: Callable[[Event], None]
    seen: int = 0
    taking_back: bool = False
    undone: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    failed: bool = False
    _stopping: bool = False
    _losses: int = 0

    def until(self, *words: str, stop: Callable[[], bool] = lambda: False) -> str:
        """Follow until the runner says one of `words`, and return it.

        Returns "lost" when the server stays away, "interrupted" when its runner is gone.
        """
        idle = 0
        while idle < _IDLE_TURNS:
            try:
                self._pass_on(stop)
                news = remote.follow(self.session.transport, self.entry, self.seen)
                last = self._tell_all(news, words)
            except MailwrightError as error:
                if not self._back_after(error):
                    return "lost"
                continue
            if last:
                return last
            idle = 0 if news.lines or news.alive else idle + 1
        return "interrupted"

    def confirm(self) -> str:
        """Give the word that the work may stay; return the runner's last word, as `until` does."""
        while True:
            try:
                remote.give_word(self.session.transport, self.entry, "confirm")
            except MailwrightError as error:
                if not self._back_after(error):
                    return "lost"
            else:
                return self.until("confirmed", "undone", "left")

    def _back_after(self, error: MailwrightError) -> bool:
        if error.code != "transport.lost":
            raise error
        self.emit(ConnectionLost(str(error), self.window))
        self._losses += 1
        return self._losses <= len(self.session.pauses) and self.session.again()

    def _pass_on(self, stop: Callable[[], bool]) -> None:
        if stop() and not self._stopping:
            remote.give_word(self.session.transport, self.entry, "stop")
            self._stopping = True

    def _tell_all(self, news: remote.News, words: tuple[str, ...]) -> str:
        self._losses = 0
        for line in news.lines:
            self._tell(line)
            self.seen += 1
            if line.kind in words and not line.step:
                return line.kind
        return ""

    def finish(self, word: str) -> Done:
        """The last event for the runner's last word."""
        outcome = {
            "confirmed": Outcome.DONE,
            "stopped": Outcome.STOPPED,
            "undone": Outcome.ROLLED_BACK,
            "left": Outcome.ROLLED_BACK,
            "lost": Outcome.INTERRUPTED,
            "interrupted": Outcome.INTERRUPTED,
        }[word]
        return Done(
            outcome,
            self.entry,
            tuple(self.undone),
            tuple(self.left),
            _what_next("lost-undo" if word == "lost" and self.taking_back else word, self.window),
        )

    def _tell(self, line: remote.Line) -> None:
        step, title = self.titles.get(line.step, (line.step, line.step))
        if line.kind == "step":
            self.emit(StepStarted(step, title, int(line.step), len(self.titles)))
        elif line.kind == "done":
            self.emit(StepDone(step))
        elif line.kind in _REASONS:
            self.failed = True
            words = remote.words_of(self.session.transport, self.entry, line.step)
            self.emit(StepFailed(step, _REASONS[line.kind], words))
        elif line.kind == "undone" and line.step:
            self.undone.append(step)
            self.emit(RolledBack(step))
        elif line.kind == "left" and line.step:
            text = _left_text(line.data)
            self.left.append(text)
            self.emit(RolledBack(step, (text,)))


def _left_text(data: tuple[str, ...]) -> str:
    code, *arguments = data or ("undo-failed",)
    return render(_LEFT.get(code, _LEFT["undo-failed"]), {"arg": " ".join(arguments)})


def _what_next(word: str, window: int) -> str:
    texts = {
        "stopped": N_("Go on with: mailwright apply PROFILE, or take it back with: rollback."),
        "lost": N_(
            "The server finishes what it is at. Unless it was confirmed already, it takes "
            "everything back by itself {minutes} minutes after it last heard from here."
        ),
        "lost-undo": N_("The server goes on taking everything back by itself."),
        "interrupted": N_("The server stopped in the middle. Take it back with: rollback."),
        "left": N_("Read what is left above; the saved copies are in the server's journal."),
    }
    return render(texts[word], {"minutes": -(-window // 60)}) if word in texts else ""
