"""Banners and progress."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.notices import MOST_BANNERS, Notices
from inference.contract import Progress


@pytest.fixture
def notices(qtbot: QtBot) -> Notices:
    """An empty board, shown."""
    made = Notices()
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_banner_says_what_happened_and_what_to_do(notices: Notices) -> None:
    notices.say("engine-lost", "The engine ended.", "Restart it.", "Restart engine")
    (banner,) = notices.banners
    assert banner.text.text() == "The engine ended. Restart it."
    assert banner.accessibleName() == "The engine ended. Restart it."
    assert banner.button.text() == "Restart engine"
    assert not banner.button.isHidden()


def test_its_button_acts_and_dismisses(qtbot: QtBot, notices: Notices) -> None:
    notices.say("engine-lost", "The engine ended.", "Restart it.", "Restart engine")
    with qtbot.waitSignal(notices.acted, timeout=1000) as acted:
        notices.banners[0].button.click()
    assert acted.args == ["engine-lost"]
    assert notices.banners == []


def test_a_long_button_stands_below_the_text_and_not_in_its_way(qtbot: QtBot, notices: Notices) -> None:
    notices.say("other", "It was written by another model.", "", "Open")
    notices.say("foreign", "It was written by another model.", "", "Open a model with a rather long name")
    short, long = notices.banners
    qtbot.waitUntil(lambda: long.button.y() >= long.text.geometry().bottom())
    assert long.text.width() > notices.width() * 3 // 4
    assert short.button.x() > short.text.geometry().right()


def test_it_can_be_dismissed(notices: Notices) -> None:
    notices.say("notice", "Something.", "", kind="notice")
    assert notices.banners[0].button.isHidden()
    notices.banners[0].close_button.click()
    assert notices.banners == []


def test_a_newer_one_of_the_same_case_takes_its_place(notices: Notices) -> None:
    notices.say("defect", "One.", "")
    notices.say("defect", "Two.", "")
    assert [banner.text.text() for banner in notices.banners] == ["Two."]


def test_there_are_never_many(notices: Notices) -> None:
    for number in range(MOST_BANNERS + 2):
        notices.say(f"case-{number}", "What.", "")
    assert [banner.case for banner in notices.banners] == ["case-2", "case-3", "case-4"]
    notices.dismiss_case("case-3")
    assert len(notices.banners) == 2


def test_what_happened_is_never_taken_for_markup(notices: Notices) -> None:
    notices.say("x", "<b>not bold</b>", "")
    assert notices.banners[0].text.text() == "<b>not bold</b>"


def test_progress_is_shown_until_it_is_done(notices: Notices) -> None:
    line = notices.progress
    line.show_progress(Progress("import", 50_000_000_000, 100_000_000_000))
    assert line.isVisible()
    assert "50 %" in line.label.text()
    assert line.bar.value() == line.bar.maximum() // 2
    line.show_progress(Progress("import", 100_000_000_000, 100_000_000_000))
    assert not line.isVisible()


def test_progress_without_an_end_is_shown_as_such(notices: Notices) -> None:
    notices.progress.show_progress(Progress("load", 7, 0))
    assert notices.progress.bar.maximum() == 0
    assert "%" not in notices.progress.label.text()


def test_a_short_prefill_shows_nothing_a_long_one_does(qtbot: QtBot, notices: Notices) -> None:
    line = notices.progress
    line.show_progress(Progress("prefill", 10, 100))
    assert not line.isVisible()
    line.finish()
    line.show_progress(Progress("prefill", 10, 100))
    line.show_progress(Progress("prefill", 20, 100))
    qtbot.waitUntil(line.isVisible)
    assert "20 %" in line.label.text()


@pytest.mark.parametrize("task", ["proof", "limits", "profile", "compare", "precision"])
def test_what_is_told_elsewhere_is_no_progress_to_wait_for(notices: Notices, task: Any) -> None:
    """A proof is nobody's to wait for; a panel tells of its own measurements, which end without a last step."""
    notices.progress.show_progress(Progress(task, 64, 100))
    assert not notices.progress.isVisible()


def test_it_can_be_stopped(qtbot: QtBot, notices: Notices) -> None:
    notices.progress.show_progress(Progress("import", 1, 2))
    with qtbot.waitSignal(notices.progress.stop_asked, timeout=1000):
        notices.progress.stop.click()
