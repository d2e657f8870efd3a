"""What was found on the server, and what stands in the way of a set-up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from tests.support.person import Button, Person, settle, wait_until

if TYPE_CHECKING:
    from mailwright.net.resolver import RecordType
    from tests.unit.usecases.practice import Practice


def looked(person: Person) -> None:
    person.arrive("connect")
    person.answer_page()
    person.press(Button.NextButton)
    person.confirm_key()
    person.arrive("found")


def changed(server: Practice, **facts: object) -> None:
    server.seen = replace(server.seen, facts=replace(server.seen.facts, **facts))  # type: ignore[arg-type] # by name


def test_the_server_is_described(person: Person, server: Practice) -> None:
    changed(server, os_name="Debian GNU/Linux 12 (bookworm)", free_bytes=18_400_000_000)
    server.seen.packages["postfix"] = "3.7.11-0+deb12u1"
    looked(person)
    for text in ("Debian GNU/Linux 12 (bookworm)", "mx1", "Postfix 3.7.11-0+deb12u1", "18.4 GB"):
        assert person.shows(text)
    assert person.shows("none that others reach")


def test_each_address_has_its_name_or_none(person: Person, server: Practice) -> None:
    changed(server, addresses=("192.0.2.7", "192.0.2.8"))
    names: dict[str, dict[RecordType, list[str]]] = {
        "7.2.0.192.in-addr.arpa": {"PTR": ["mx1.corp.example"]}
    }
    server.dns = {**server.dns, **names}
    looked(person)
    assert person.shows("✓  192.0.2.7: its name (PTR) is mx1.corp.example")
    assert person.shows("!  192.0.2.8 has no name (PTR)")


def test_what_stands_in_the_way_is_told_until_it_is_gone(person: Person, server: Practice) -> None:
    changed(server, os_id="plan9")
    looked(person)
    assert person.shows("which Mailwright cannot set up")
    assert not person.wizard.button(Button.NextButton).isEnabled()
    changed(server, os_id="debian")
    person.push("Look again")
    wait_until(lambda: person.wizard.button(Button.NextButton).isEnabled())
    settle()
    assert not person.shows("which Mailwright cannot set up")
    person.next("submission")


def test_a_name_from_the_server_cannot_break_the_page(person: Person, server: Practice) -> None:
    changed(server, os_name="<b>x</b>\u202e")
    looked(person)
    assert person.shows(r"<b>x</b>\u202e")


def test_a_server_that_cannot_be_reached_is_told_on_the_form(
    person: Person, server: Practice
) -> None:
    def refuse(*_asked: object) -> object:
        raise MailwrightError(
            "transport.unreachable",
            "No SSH connection to {host}.",
            remedy="Check the name.",
            args={"host": "198.51.100.7"},
        )

    server.parts = replace(server.parts, connect=refuse)  # type: ignore[arg-type] # it never connects
    other = Person(server.parts)
    other.arrive("connect")
    other.answer_page()
    other.press(Button.NextButton)
    wait_until(lambda: other.shows("No SSH connection to 198.51.100.7."))
    assert other.shows("Check the name.")
    assert other.page == "connect"
    assert other.form().form.isEnabled()
    assert other.wizard.button(Button.NextButton).isEnabled()
    other.close()
