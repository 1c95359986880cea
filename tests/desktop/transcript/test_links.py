"""Fault 36: links of a reply lead to the web only, and only after a person has agreed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.transcript.links import LinkQuestion, links_in
from desktop.transcript.menu import MessageMenu


class Browser(QObject):
    """Stands in for the person's browser, as the desktop's own registration of handlers allows."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    for scheme in ("http", "https", "file", "javascript"):
        QDesktopServices.setUrlHandler(scheme, browser, "open")
    yield browser
    for scheme in ("http", "https", "file", "javascript"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://example.org/a?b=1&c=2.", ("https://example.org/a?b=1&c=2",)),
        (
            "[name](http://example.org/x) and **https://example.org**",
            ("http://example.org/x", "https://example.org"),
        ),
        ("(https://example.org/a_(b))", ("https://example.org/a_(b)",)),
        ("HTTPS://EXAMPLE.ORG twice HTTPS://EXAMPLE.ORG", ("HTTPS://EXAMPLE.ORG",)),
        ("javascript:alert(1) file:///etc/passwd data:text/html,x ftp://example.org vbscript:x", ()),
        ("[x](javascript:alert('https:'))", ()),
        ("https:// and http://", ()),
        ("http://" + "a" * 3000 + ".org", ()),
    ],
)
def test_fault_36_only_web_addresses_are_links(text: str, found: tuple[str, ...]) -> None:
    assert links_in(text) == found


def test_fault_36_a_flood_of_links_is_bounded() -> None:
    assert len(links_in(" ".join(f"https://example.org/{number}" for number in range(10_000)))) == 5


def test_fault_36_nothing_is_opened_before_somebody_agreed(qtbot: QtBot, browser: Browser) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    first = LinkQuestion("https://example.org/a", parent)
    assert "example.org" in first.box.text()
    assert first.box.informativeText() == "https://example.org/a"
    first.box.reject()
    assert browser.opened == []
    second = LinkQuestion("https://example.org/b", parent)
    second.open_button.click()
    assert browser.opened == ["https://example.org/b"]


def test_fault_38_letters_that_pose_as_others_are_shown_as_what_they_are(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    question = LinkQuestion("https://ex\u0430mple.org/\u202e", parent)
    assert "xn--" in question.box.text()
    assert "\u202e" not in question.box.informativeText()
    question.box.reject()


def test_fault_36_the_menu_asks(qtbot: QtBot) -> None:
    asked: list[str] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = MessageMenu(parent)
    menu.offer_links(links_in("https://example.org/?a&b"), asked.append)
    (entry,) = menu.findChildren(QAction)[-1:]
    assert entry.text() == "Open link https://example.org/?a&&b …"
    entry.trigger()
    assert asked == ["https://example.org/?a&b"]
