from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from mailwright.errors import MailwrightError
from mailwright.model.finding import FindingKind, Severity
from mailwright.net.resolver import StaticResolver
from mailwright.net.smtp import StaticDialogues
from mailwright.usecases.diagnose import Outside
from mailwright_ui.check.view import CheckView
from mailwright_ui.widgets.finding_list import FindingList
from mailwright_ui.widgets.message import Message
from mailwright_ui.world import World
from tests.support.person import settle, texts, wait_until
from tests.ui.accessibility import cut_off, unlabelled
from tests.unit.usecases.test_diagnose import GOOD

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def view(qtbot: QtBot) -> CheckView:
    def outside() -> Outside:
        return Outside(StaticResolver(GOOD), StaticDialogues({}))

    made = CheckView(World(outside=outside))
    qtbot.addWidget(made)
    made.show()
    made.domain.setFocus()
    settle()
    return made


def test_enter_checks_the_domain_and_findings_come(view: CheckView) -> None:
    QTest.keyClicks(view.domain, "Corp.example")
    QTest.keyClick(view.domain, Qt.Key.Key_Return)
    wait_until(lambda: view.go.isEnabled() and bool(view.findings.findings))
    settle()
    assert "corp.example" in texts(view)
    assert unlabelled(view) == []
    assert cut_off(view) == []


@pytest.mark.parametrize("typed", ["", "no domain", "localhost", "http://corp.example/"])
def test_what_is_no_domain_is_told_at_the_field(view: CheckView, typed: str) -> None:
    QTest.keyClicks(view.domain, typed)
    QTest.keyClick(view.domain, Qt.Key.Key_Return)
    assert view.error.isVisible()
    assert "is not a domain name" in view.error.text()
    assert view.findings.findings == []


def test_a_computer_without_dns_is_told(qtbot: QtBot) -> None:
    def outside() -> Outside:
        raise MailwrightError("dns.no-server", "This computer knows no DNS server.")

    view = CheckView(World(outside=outside))
    qtbot.addWidget(view)
    view.show()
    QTest.keyClicks(view.domain, "corp.example")
    QTest.keyClick(view.domain, Qt.Key.Key_Return)
    wait_until(lambda: "This computer knows no DNS server." in texts(view))
    assert view.go.isEnabled()


def test_the_worst_stands_above_and_the_first_line_counts(qtbot: QtBot) -> None:
    found = FindingList()
    qtbot.addWidget(found)
    for severity in (Severity.PASS, Severity.FAIL, Severity.WARN, Severity.FAIL):
        found.add(FindingKind(f"a.{severity}", severity, f"It is {severity}.").found("a"))
    found.show()
    settle()
    assert "2 wrong, 1 to look at, 0 not known, 1 in order, 0 to know" in texts(found)
    messages = sorted(found.findChildren(Message), key=lambda each: each.y())
    assert [each.text for each in messages] == [
        "It is fail.",
        "It is fail.",
        "It is warn.",
        "It is pass.",
    ]
