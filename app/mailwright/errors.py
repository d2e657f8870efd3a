"""The one exception that is shown to people. Anything else that is raised is a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.i18n import render

if TYPE_CHECKING:
    from collections.abc import Mapping


class MailwrightError(Exception):
    """Something that was to be expected went wrong; says what, where and what to do.

    `code` is a stable dotted name (`"transport.host-key-changed"`) by which scripts, tests and
    the manual know the error. `message` and `remedy` are texts marked by `N_()`, with named
    fields; `args` holds the fields' values (never a secret), which the command line prints in
    its JSON too. `help_page` names a page of the manual.

    Texts are rendered when they are read, in the language of that moment.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str | None = None,
        args: Mapping[str, object] | None = None,
        help_page: str | None = None,
    ) -> None:
        super().__init__(code)
        # A field without a value is a mistake here, not later when the error is to be shown.
        (message + (remedy or "")).format_map(args or {})
        self.code = code
        self.arguments: dict[str, object] = dict(args or {})
        self.help_page = help_page
        self._message = message
        self._remedy = remedy

    @property
    def message(self) -> str:
        """What went wrong, in the chosen language."""
        return render(self._message, self.arguments)

    @property
    def remedy(self) -> str | None:
        """What the person can do, in the chosen language; None where nothing is known to help."""
        return None if self._remedy is None else render(self._remedy, self.arguments)

    def __str__(self) -> str:
        return self.message
