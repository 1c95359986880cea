"""`vitrine screenshot`: a picture of the real window with a real engine, without a display.

Knows nothing about what the window should look like in detail.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.panels import PANELS
from tests.desktop.commands.conftest import RunVitrine
from tests.models.tiny_gguf import write_tiny_llama


@pytest.fixture(scope="session")
def short_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random model whose context soon ends every reply."""
    return write_tiny_llama(tmp_path_factory.mktemp("short") / "short.gguf", context=96)


@pytest.fixture
def asked(short_model: Path, tmp_path: Path) -> list[str]:
    """Arguments that every picture here needs."""
    said = ["--prompt", "the sky", "--seed", "3", "--provider", "cpu", "--size", "1240x800"]
    return [str(short_model), str(tmp_path / "out.png"), *said]


def lightness(picture: QImage) -> float:
    """Of the picture as a whole, 0 to 1."""
    return picture.scaled(1, 1).pixelColor(0, 0).lightnessF()


def colours(picture: QImage) -> int:
    """How many there are in every fifth row and column."""
    points = ((x, y) for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5))
    return len({picture.pixel(x, y) for x, y in points})


def test_both_themes_give_a_picture_of_the_size_asked_for(
    qtbot: QtBot, vitrine: RunVitrine, asked: list[str], tmp_path: Path
) -> None:
    pictures = {}
    for theme in ("dark", "light"):
        outcome = vitrine("screenshot", *asked, "--theme", theme)
        assert (outcome.status, outcome.output, outcome.complaint) == (0, "", "")
        pictures[theme] = QImage(str(tmp_path / "out.png"))
        assert (pictures[theme].width(), pictures[theme].height()) == (1240, 800)
        assert colours(pictures[theme]) > 50
    assert lightness(pictures["dark"]) < 0.3
    assert lightness(pictures["light"]) > 0.7


@pytest.mark.parametrize("panel", [entry.name for entry in PANELS])
def test_every_panel_can_be_in_the_picture(
    panel: str, qtbot: QtBot, vitrine: RunVitrine, asked: list[str], tmp_path: Path
) -> None:
    assert vitrine("screenshot", *asked, "--panel", panel).status == 0
    assert colours(QImage(str(tmp_path / "out.png"))) > 50


def test_another_token_gives_another_picture(
    qtbot: QtBot, vitrine: RunVitrine, asked: list[str], tmp_path: Path
) -> None:
    pictures = []
    for token in ("2", "3"):
        assert vitrine("screenshot", *asked, "--token", token).status == 0
        pictures.append(QImage(str(tmp_path / "out.png")))
    assert pictures[0] != pictures[1]


def test_branches_the_same_dice_and_a_word_can_be_in_the_picture(
    qtbot: QtBot, vitrine: RunVitrine, asked: list[str], tmp_path: Path
) -> None:
    plain = vitrine("screenshot", *asked)
    pictures = [QImage(str(tmp_path / "out.png"))]
    for more in (
        ["--go-on", "40= blue", "--go-on", "45= water"],
        ["--replay", "temperature=1.5"],
        ["--why-not", "water"],
    ):
        outcome = vitrine("screenshot", *asked, *more)
        assert (outcome.status, outcome.complaint) == (0, "")
        pictures.append(QImage(str(tmp_path / "out.png")))
    assert plain.status == 0
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])


def test_ctrl_c_leaves_no_file(qtbot: QtBot, vitrine: RunVitrine, asked: list[str], tmp_path: Path) -> None:
    QTimer.singleShot(0, lambda: signal.raise_signal(signal.SIGINT))
    outcome = vitrine("screenshot", *asked)
    assert (outcome.status, outcome.complaint) == (130, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--panel", "foo"], 2, "There is no panel “foo”. Choose one of: next-token, attention, tokens"),
        (["--size", "10x10"], 2, "“10x10” is not a size like 1680x1020, each 320 to 8192"),
        (["--size", "400x400"], 2, "The window does not fit into 400x400. Choose a --size of "),
        (["--size", "big"], 2, "“big” is not a size"),
        (["--prompt", "  "], 2, "There is nothing to say in the prompt."),
        (["--prompt", "!" * 200], 1, "the model's context is 96"),
        (["--go-on", "here"], 2, "“here” is not a position and a text"),
        (["--go-on", "2= blue"], 1, "The reply cannot be varied there."),
        (["--replay", "heat=2"], 2, "there is no setting “heat”"),
        (["--replay", "temperature=9"], 2, "The temperature 9.0 is outside 0 to 2."),
    ],
)
def test_what_makes_no_picture_is_one_line(
    arguments: list[str],
    status: int,
    sentence: str,
    qtbot: QtBot,
    vitrine: RunVitrine,
    asked: list[str],
    tmp_path: Path,
) -> None:
    outcome = vitrine("screenshot", *asked, *arguments)
    assert outcome.status == status
    assert sentence in outcome.complaint
    assert outcome.complaint.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_none_is_told(qtbot: QtBot, vitrine: RunVitrine, tmp_path: Path) -> None:
    outcome = vitrine("screenshot", __file__, tmp_path / "out.png", "--prompt", "x")
    assert outcome.status == 1
    assert "“test_screenshot.py” is not a model file: it is plain text." in outcome.complaint


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_fault_57_without_a_display_it_is_painted_into_memory(
    qtbot: QtBot, vitrine: RunVitrine, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    assert vitrine("screenshot", *asked).status == 0
