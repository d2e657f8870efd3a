"""click's own words that a person may meet, marked so that they are translated with ours.

click asks for them itself (see `localized.use_language`); nothing here is called by the program.
A test holds the list against the installed click.
"""

from __future__ import annotations

from mailwright.i18n import N_, ngettext

WORDS = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Choose from:\n\t{choices}"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("file"),
    N_("{name} {filename!r} is a directory."),
    N_("Repeat for confirmation"),
    N_("Error: The two entered values do not match."),
    N_("Error: invalid input"),
    N_("Aborted!"),
)
"""The texts that stand alone."""


def counted_words() -> tuple[str, ...]:
    """Return the texts with a singular and a plural, as singulars."""
    return (
        ngettext(
            "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1
        ),
    )
