"""Where a set-up stands: the answers, what was found and planned, and which page comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mailwright.interview import PAGES, Answers, prefilled, server
from mailwright.model.events import Done, FindingMade, RecordsToPublish, StepFailed
from mailwright_ui import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.interview import Page
    from mailwright.model.events import Event
    from mailwright.model.finding import Finding
    from mailwright.model.journal import Entry
    from mailwright.model.publication import Publication
    from mailwright.usecases.look import Found
    from mailwright.usecases.setup import Planned
    from mailwright_ui.world import World

FOUND, REVIEW, PLAN, PROGRESS, RESULT = "found", "review", "plan", "progress", "result"

ORDER = (PAGES[0].id, FOUND, *(page.id for page in PAGES[1:]), REVIEW, PLAN, PROGRESS, RESULT)
"""Every page of the wizard by its name, in the order of a first set-up."""

IDS = {name: number for number, name in enumerate(ORDER)}
"""QWizard's numbers of the pages."""

_PAGES = {page.id: page for page in PAGES}


class Job:
    """What the last job on the server told: all that the result page shows."""

    def __init__(self, done: Done | None = None) -> None:
        self.done = done
        self.failed: StepFailed | None = None
        self.findings: list[Finding] = []
        self.publication: Publication | None = None
        self.log: list[str] = []

    def hear(self, told: object) -> None:
        """Keep what an event says."""
        event = cast("Event", told)
        if isinstance(event, FindingMade):
            self.findings.append(event.finding)
        elif isinstance(event, StepFailed):
            self.failed = event
        elif isinstance(event, RecordsToPublish):
            self.publication = event.publication
        elif isinstance(event, Done):
            self.done = event
        self.log += words.log(event)


def _nowhere(_name: str) -> None:
    """Stand in until the wizard says how to go to a page."""


class Flow:
    """One set-up, which all pages share.

    `opened` says that it was opened again, and begins at the review. `editing` is the page that
    was opened from the review and leads back there. `go` opens a page by its name with nothing
    behind it.
    """

    def __init__(
        self, world: World, answers: Answers | None = None, *, opened: bool = False
    ) -> None:
        self.world = world
        self.answers = answers or Answers()
        self.opened = opened
        self.found: Found | None = None
        self.planned: Planned | None = None
        self.stopped: Entry | None = None
        self.editing: str | None = None
        self.job = Job()
        self.go: Callable[[str], None] = _nowhere

    @property
    def server_name(self) -> str:
        """The name of the server; its login must be answered."""
        return server(self.answers.server).name

    def prefill(self) -> None:
        """Guess what was not answered from what was found."""
        if self.found is not None:
            self.answers = prefilled(self.answers, self.found.facts)

    def arises(self, name: str) -> bool:
        """Whether anything on a page is to be asked."""
        page = _PAGES.get(name)
        return page is None or bool(relevant_fields(page, self.answers))

    def after(self, name: str) -> str | None:
        """Return the page that follows; None after the last."""
        if self.editing is not None and name in {self.editing, FOUND}:
            return FOUND if self.editing == PAGES[0].id and name == PAGES[0].id else REVIEW
        later = ORDER[ORDER.index(name) + 1 :]
        return next((each for each in later if self.arises(each)), None)


def relevant_fields(page: Page, answers: Answers) -> list[str]:
    """Return the fields of a page that arise."""
    return [each.id for each in page.fields if each.relevant(answers)]
