from __future__ import annotations

import pytest

from mailwright.errors import MailwrightError
from mailwright.mta.opendkim.conf import TEXT, is_settled, refuse_foreign
from mailwright.platforms.releases import platforms

SHIPPED = platforms()[0].opendkim.shipped
PACKAGE = """\
# This is a basic configuration for signing and verifying.
Syslog\t\t\tyes
SyslogSuccess\t\tyes
#LogWhy\t\t\tno
Canonicalization\trelaxed/simple
OversignHeaders\t\tFrom
UserID\t\t\topendkim
UMask\t\t\t007
Socket\t\t\tlocal:/run/opendkim/opendkim.sock
#Socket\t\t\tinet:8891@localhost
PidFile\t\t\t/run/opendkim/opendkim.pid
TrustAnchorFile\t\t/usr/share/dns/root.key
"""


def test_what_the_package_brings_is_replaced_and_not_taken_for_ours() -> None:
    assert not is_settled(PACKAGE)
    refuse_foreign(PACKAGE, SHIPPED)
    refuse_foreign(None, SHIPPED)
    refuse_foreign("", SHIPPED)
    refuse_foreign(TEXT, SHIPPED)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"{TEXT}\nNameservers 127.0.0.1 # a person's own\n",
        TEXT.replace("Mode  ", "MODE\t"),
        TEXT.replace("Mode                    s", "Mode s # sign only"),
    ],
)
def test_what_says_all_that_it_must_is_left_alone(text: str) -> None:
    assert is_settled(text)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        TEXT.replace("Mode  ", "#Mode  "),
        f"{TEXT}Mode sv\n",
        TEXT.replace("relaxed/relaxed", "simple/simple"),
    ],
)
def test_what_says_something_else_is_not_settled(text: str | None) -> None:
    assert not is_settled(text)


@pytest.mark.parametrize(
    ("added", "named"),
    [
        ("Domain example.com", "Domain"),
        ("KeyFile /etc/dkimkeys/mail.private", "KeyFile"),
        ("socket inet:12301@localhost", "socket"),
        ("Include /etc/opendkim/local.conf", "Include"),
        ("Mode sv\nSelector a\nMode sv", "Mode, Selector"),
    ],
)
def test_what_a_person_configured_is_refused_by_name(added: str, named: str) -> None:
    with pytest.raises(MailwrightError) as caught:
        refuse_foreign(f"{PACKAGE}{added}\n", SHIPPED)
    assert caught.value.code == "plan.opendkim-in-use"
    assert str(caught.value).endswith(f"sets {named}.")


def test_what_is_refused_is_shown_bounded_and_harmless() -> None:
    with pytest.raises(MailwrightError) as caught:
        refuse_foreign("\n".join(f"\x1b[31mName{n} x" for n in range(5_000)), SHIPPED)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 2_000
