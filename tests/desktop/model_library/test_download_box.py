"""The box in which a model of the hub is looked at and fetched: a real process, a hub on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.model_library.download import Stage
from desktop.model_library.download_box import DownloadBox
from models.hub import shelf
from tests.fake_hub import FakeHub, Stall, Status, name_in_environment, random_bytes

REPOSITORY = "tiny-org/tiny-ONNX"
Q4 = random_bytes(1, 400_000)
FILES = {
    "config.json": b"{}",
    "tokenizer.json": b'{"version": "1.0"}',
    "README.md": b"# A model",
    "onnx/model_q4.onnx": Q4,
    "onnx/model_fp16.onnx": random_bytes(2, 800_000),
}
PATIENCE_MS = 60_000

Until = Callable[[Stage], None]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub with one repository."""
    made = FakeHub()
    made.add(REPOSITORY, FILES)
    name_in_environment(made, monkeypatch, tmp_path)
    yield made
    made.close()


@pytest.fixture
def box(qtbot: QtBot, hub: FakeHub) -> Iterator[DownloadBox]:
    """An empty box, shown."""
    apply_theme(theme.DARK)
    made = DownloadBox()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    yield made
    made.download.stop()


@pytest.fixture
def until(qtbot: QtBot, box: DownloadBox) -> Until:
    """Wait for a stage."""

    def wait(stage: Stage) -> None:
        qtbot.waitUntil(lambda: box.download.stage is stage, timeout=PATIENCE_MS)

    return wait


@pytest.fixture
def offered(box: DownloadBox, until: Until) -> DownloadBox:
    """A box in which the repository was looked up by typing."""
    box.take_focus()
    QTest.keyClicks(box.field, REPOSITORY)
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert box.progress.isVisible()
    until(Stage.OFFERED)
    return box


def plain(text: str) -> str:
    """With spaces that may break."""
    return text.replace("\u00a0", " ")


def test_at_first_there_is_a_line_and_nothing_runs(box: DownloadBox) -> None:
    assert box.field.isVisible()
    assert not box.button.isEnabled()
    assert not box.offer.isVisible()
    assert not box.progress.isVisible()
    assert box.banner is None
    assert not box.download.running
    assert not box.download._timer.isActive()


def test_an_offer_shows_variants_files_sizes_licence_before_anything_is_fetched(
    hub: FakeHub, offered: DownloadBox
) -> None:
    offer = offered.offer
    assert offer.isVisible()
    assert offer.name.text() == REPOSITORY
    assert "apache-2.0" in offer.facts.text()
    assert [plain(offer.list.item(row).text()) for row in range(offer.list.count())] == [
        "q4 · ONNX · 400 kB",
        "fp16 · ONNX · 800 kB",
    ]
    assert plain(offer.files.text()).splitlines() == [
        "onnx/model_q4.onnx  400 kB",
        "tokenizer.json  18 B",
        "config.json  2 B",
    ]
    assert "free on this disk" in offer.total.text()
    assert plain(offer.button.text()) == "Download 400 kB"
    assert not hub.file_requests
    assert not offered.download.running
    assert not offered.download._timer.isActive()


def test_a_variant_is_chosen_and_fetched_with_the_keyboard_alone(
    qtbot: QtBot, offered: DownloadBox, until: Until
) -> None:
    assert offered.offer.list.hasFocus()
    QTest.keyClick(offered.offer.list, Qt.Key.Key_Down)
    assert plain(offered.offer.button.text()) == "Download 800 kB"
    with qtbot.waitSignal(offered.downloaded, timeout=PATIENCE_MS) as downloaded:
        QTest.keyClick(offered.offer.list, Qt.Key.Key_Return)
    assert downloaded.args is not None
    folder = Path(downloaded.args[0])
    assert (folder / "onnx" / "model_fp16.onnx").read_bytes() == FILES["onnx/model_fp16.onnx"]
    assert sorted(path.name for path in folder.iterdir()) == [
        shelf.RECORD,
        "config.json",
        "onnx",
        "tokenizer.json",
    ]
    until(Stage.DONE)
    assert offered.banner is not None
    assert "fp16" in offered.banner.text.text()
    assert not offered.download.running


def test_fault_61_stop_ends_the_process_and_offers_to_go_on(
    qtbot: QtBot, hub: FakeHub, offered: DownloadBox
) -> None:
    hub.always = Stall(150_000)
    order = offered.offer.order
    assert order is not None
    offered.offer.button.click()
    task = offered.download._task
    assert task is not None
    assert task.process_id is not None
    process = psutil.Process(task.process_id)
    qtbot.waitUntil(lambda: shelf.bytes_here(order) > 150_000, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "of 400 kB" in plain(offered.progress.numbers.text()), timeout=PATIENCE_MS)
    assert offered.progress.stop.hasFocus()
    assert not offered.field.isEnabled()
    QTest.keyClick(offered.progress.stop, Qt.Key.Key_Space)
    assert not process.is_running()
    assert not offered.progress.isVisible()
    assert not offered.download._timer.isActive()
    (line,) = offered.unfinished
    assert plain(line.label.text()) == f"{REPOSITORY} · q4 · 150 kB of 400 kB are here"
    hub.always = None
    with qtbot.waitSignal(offered.downloaded, timeout=PATIENCE_MS) as downloaded:
        line.go_on.click()
    assert downloaded.args is not None
    assert (Path(downloaded.args[0]) / "onnx" / "model_q4.onnx").read_bytes() == Q4
    assert hub.file_requests[-1].headers["Range"] == "bytes=150000-"
    assert offered.unfinished == []


def test_what_was_interrupted_is_there_in_the_next_start_and_can_be_thrown_away(
    qtbot: QtBot, hub: FakeHub, offered: DownloadBox
) -> None:
    hub.always = Stall(150_000)
    order = offered.offer.order
    assert order is not None
    offered.offer.button.click()
    qtbot.waitUntil(lambda: shelf.bytes_here(order) > 150_000, timeout=PATIENCE_MS)
    offered.download.stop()
    again = DownloadBox()
    qtbot.addWidget(again)
    again.show()
    (line,) = again.unfinished
    line.discard.click()
    assert plain(line.discard.text()) == "Delete 150 kB?"
    assert shelf.unfinished()
    line.discard.click()
    assert again.unfinished == []
    assert shelf.unfinished() == []


def test_fault_59_a_refusal_is_said_with_a_remedy_and_a_way_to_try_again(
    hub: FakeHub, box: DownloadBox, until: Until
) -> None:
    box.take_focus()
    box.field.setText("tiny-org/other")
    box.button.click()
    until(Stage.REFUSED)
    assert box.banner is not None
    assert "tiny-org/other is not on the hub" in box.banner.text.text()
    assert box.banner.button.text() == "Try again"
    assert box.banner.button.hasFocus()
    hub.add("tiny-org/other", FILES)
    box.banner.button.click()
    until(Stage.OFFERED)
    assert box.banner is None


def test_fault_59_a_refused_download_can_be_gone_on_with(
    qtbot: QtBot, hub: FakeHub, offered: DownloadBox, until: Until
) -> None:
    hub.always = Status(403, {"X-Error-Code": "GatedRepo"})
    offered.offer.button.click()
    until(Stage.REFUSED)
    assert offered.banner is not None
    assert "owner allows" in offered.banner.text.text()
    hub.always = None
    with qtbot.waitSignal(offered.downloaded, timeout=PATIENCE_MS):
        offered.banner.button.click()


def test_fault_63_offline_mode_is_said(
    box: DownloadBox, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    box.field.setText(REPOSITORY)
    box.button.click()
    until(Stage.REFUSED)
    assert box.banner is not None
    assert "offline mode is on" in box.banner.text.text()


def test_what_is_no_name_is_said_at_once(box: DownloadBox) -> None:
    box.field.setText("../x")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert box.banner is not None
    assert "organisation/name" in box.banner.text.text()
    assert box.banner.button.isHidden()
    assert not box.download.running
    box.banner.close_button.click()
    assert box.banner is None


def test_escape_leaves_an_offer_and_a_question(hub: FakeHub, offered: DownloadBox) -> None:
    QTest.keyClick(offered.offer.list, Qt.Key.Key_Escape)
    assert not offered.offer.isVisible()
    assert offered.field.hasFocus()
    hub.api_answers.append(Stall(0))
    offered.button.click()
    assert offered.download.running
    QTest.keyClick(offered.progress.stop, Qt.Key.Key_Escape)
    assert not offered.download.running
    assert not offered.progress.isVisible()


def test_hiding_ends_a_question_but_no_download(
    qtbot: QtBot, hub: FakeHub, offered: DownloadBox, until: Until
) -> None:
    offered.offer.button.click()
    offered.hide()
    until(Stage.DONE)
    offered.show()
    hub.api_answers.append(Stall(0))
    offered.button.click()
    offered.hide()
    assert not offered.download.running


def test_a_hidden_and_forgotten_box_leaves_no_process(qtbot: QtBot, hub: FakeHub) -> None:
    hub.api_answers.append(Stall(0))
    box = DownloadBox()
    box.download.look_up(REPOSITORY)
    assert box.download.running
    box.deleteLater()
    # That its process has gone is looked at after every test.


def test_everything_has_a_name_for_screen_readers(offered: DownloadBox) -> None:
    for widget in (offered.field, offered.offer.list, offered.progress.bar, offered.offer.close_button):
        assert widget.accessibleName()
    assert REPOSITORY in offered.offer.accessibleName()
