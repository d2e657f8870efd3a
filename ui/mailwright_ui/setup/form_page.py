"""A page of the interview as a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mailwright.i18n import _
from mailwright.interview import PAGES, FieldError, page_errors
from mailwright.model.server import LoginMethod
from mailwright_ui.setup.step import Step
from mailwright_ui.widgets.form import Form

if TYPE_CHECKING:
    from mailwright.interview import Page
    from mailwright_ui.jobs import Emit, Stop
    from mailwright_ui.setup.flow import Flow


class FormPage(Step):
    """Asks what one page of the interview asks; secrets go to the keyring, and nowhere else."""

    def __init__(self, flow: Flow, page: Page) -> None:
        super().__init__(flow, page.id, _(page.title), _(page.intro))
        self.form = Form(page)
        self.stored: frozenset[str] | None = None
        self.form.changed.connect(self._keep)
        self.body.addWidget(self.form)
        self.body.addStretch()

    def enter(self) -> None:
        """Show the answers so far; ask the keyring which secrets it holds."""
        self.flow.prefill()
        self.form.fill(self.flow.answers)
        first = next(iter(self.form.shown().values()), None)
        if first is not None:
            first.input.setFocus()
        kinds = {question.kind for question, row in self.form.secrets if not row.isHidden()}
        if kinds and not page_errors(PAGES[0], self.flow.answers):
            # The login is answered, and with it the name under which secrets are kept.
            self._look_for_secrets(kinds)

    def _look_for_secrets(self, kinds: set[str]) -> None:
        world, name = self.flow.world, self.flow.server_name

        def work(_emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.secrets import stored_kinds

            return stored_kinds(world.parts(), name, kinds)

        def then(found: object) -> None:
            self.stored = cast("frozenset[str]", found)
            self.form.mark_stored(self.stored)

        self.run(work, then, _("Asking the keyring …"), live=True)

    def _keep(self) -> None:
        """Keep what can be kept with each key press, so that no way off the page loses it."""
        self.flow.answers, _errors = self.form.read(self.flow.answers)

    def leave(self) -> bool:
        """Check this page's answers, and store its secrets."""
        answers, errors = self.form.errors(self.flow.answers)
        self.flow.answers = answers
        self.form.tell(errors)
        lacking = self._lacking_secrets()
        if errors or lacking:
            return False
        typed = self.form.typed_secrets()
        if not typed:
            return self.arrive()
        self._store(typed)
        return False

    def arrive(self) -> bool:
        """Do what else is to be done before the next page; the answers hold by now."""
        return True

    def _lacking_secrets(self) -> list[str]:
        """Tell at its input of each secret that is needed, neither typed nor stored."""
        typed = self.form.typed_secrets()
        lacking = []
        for question, row in self.form.secrets:
            if row.isHidden():
                continue
            known_absent = self.stored is not None and question.kind not in self.stored
            missing = known_absent and question.kind not in typed and self._needed(question.kind)
            self.form.tell_secret(question.kind, _needed_text() if missing else "")
            if missing:
                lacking.append(question.kind)
        return lacking

    def _needed(self, kind: str) -> bool:
        """A key may have no passphrase, and sudo may ask for none; the others are passwords."""
        by_password = self.flow.answers.server.login is LoginMethod.PASSWORD
        return kind == "relay" or (kind == "ssh" and by_password)

    def _store(self, typed: dict[str, str]) -> None:
        world, name = self.flow.world, self.flow.server_name

        def work(_emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.secrets import store_secrets

            store_secrets(world.parts(), name, typed)
            return frozenset(typed)

        def then(stored: object) -> None:
            self.stored = (self.stored or frozenset()) | cast("frozenset[str]", stored)
            self.form.empty_secrets()
            self.form.mark_stored(self.stored)
            if self.arrive():
                self.pass_on()

        self.run(work, then, _("Storing in the keyring …"))


def _needed_text() -> str:
    return FieldError("", "required").message
