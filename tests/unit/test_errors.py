from __future__ import annotations

import pytest

from mailwright.errors import MailwrightError
from mailwright.i18n import set_language

REFUSED = MailwrightError(
    "example.refused",
    "{host} refused: {reply}",
    remedy="Ask the operator of {host}.",
    args={"host": "mx1.example.jp", "reply": "\x1b[31mno"},
    help_page="refused",
)


def test_an_error_says_what_and_what_to_do() -> None:
    assert str(REFUSED) == REFUSED.message == r"mx1.example.jp refused: \x1b[31mno"
    assert REFUSED.remedy == "Ask the operator of mx1.example.jp."


def test_scripts_get_the_code_and_the_values_as_they_were() -> None:
    assert REFUSED.code == "example.refused"
    assert REFUSED.arguments == {"host": "mx1.example.jp", "reply": "\x1b[31mno"}
    assert REFUSED.help_page == "refused"


def test_without_a_known_remedy_there_is_none() -> None:
    assert MailwrightError("example.gone", "It is gone.").remedy is None


def test_a_field_without_a_value_is_noticed_where_the_error_is_made() -> None:
    with pytest.raises(KeyError, match="host"):
        MailwrightError("example.refused", "{host} refused")
    with pytest.raises(KeyError, match="operator"):
        MailwrightError("example.refused", "Refused", remedy="Ask {operator}")


@pytest.mark.usefixtures("japanese")
def test_the_text_follows_the_language_of_the_moment() -> None:
    error = MailwrightError("example.empty", "No server yet")
    assert str(error) == "サーバーはまだありません"
    set_language("en")
    assert str(error) == "No server yet"
