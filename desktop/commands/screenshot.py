"""`vitrine screenshot`: a picture of the real window after a reply, with a display or without.

Knows nothing about what is in the window.
"""

from __future__ import annotations

import os
import re
import signal
import tempfile
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from desktop.commands.arguments import (
    UsageError,
    add_model,
    add_sampling,
    model_of,
    settings_of,
)
from desktop.commands.entry import INTERRUPTED, CommandEntry
from desktop.commands.output_file import check_place, replacing
from desktop.display import check_display
from inference.contract import Failed
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from models.errors import VitrineError

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from desktop.window import Window
    from desktop.window_picture import PictureStep

DEFAULT_SIZE = (1680, 1020)
SMALLEST, LARGEST = 320, 8192
LOOK_EVERY_MS = 100


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_model(parser)
    parser.add_argument("output", type=Path, metavar="OUT.png", help="file to write")
    parser.add_argument("--prompt", required=True, metavar="TEXT", help="what the user says")
    parser.add_argument("--system", default="", metavar="TEXT", help="a system message before it")
    parser.add_argument("--panel", metavar="NAME", help="a panel that is to be in the picture")
    parser.add_argument(
        "--size", type=_size, default=DEFAULT_SIZE, metavar="WxH", help="of the window (default: 1680x1020)"
    )
    parser.add_argument("--theme", choices=("dark", "light"), default="dark", help="(default: %(default)s)")
    parser.add_argument("--language", choices=("en", "pt_BR"), default="en", help="(default: %(default)s)")
    parser.add_argument(
        "--token", type=int, metavar="POSITION", help="the token to look at (default: the last of the reply)"
    )
    parser.add_argument(
        "--go-on",
        type=_place,
        action="append",
        default=[],
        metavar="POSITION=TEXT",
        help="have the reply go on from there with this text, as a branch; may be repeated",
    )
    parser.add_argument(
        "--replay",
        type=_setting,
        metavar="NAME=VALUE",
        help="write the reply again with the same dice and one setting changed, beside it in the panel Compare",
    )
    parser.add_argument("--why-not", default="", metavar="WORD", help="ask why this word was not chosen")
    add_sampling(parser)


def run(arguments: Namespace) -> int:
    """Open the window, wait for the reply, and write the file.

    Returns:
        0, or 130 where Ctrl+C ended it.

    Raises:
        VitrineError: the model cannot be loaded, the prompt cannot be continued, or the file cannot be written.
    """
    check_place(arguments.output, ".png")
    if not arguments.prompt.strip():
        raise UsageError("There is nothing to say in the prompt.", "Give it some text.")
    model = model_of(arguments)
    try:
        check_display()
    except VitrineError:
        # Qt paints into memory just as well.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"

    from desktop.window_picture import png_bytes, without_size_hint_warnings

    # What a person's own window remembers is neither used nor touched.
    with tempfile.TemporaryDirectory() as folder, without_size_hint_warnings():
        window = _open_window(arguments, model, Path(folder))
        try:
            _check_size(window, arguments.size)
            outcome = _picture(window, arguments)
        finally:
            window.close()
            window.deleteLater()
    if outcome is None:
        return INTERRUPTED
    if isinstance(outcome, Failed):
        raise VitrineError(outcome.case, outcome.what, outcome.remedy)
    with replacing(arguments.output) as file:
        file.write(png_bytes(outcome))
    return 0


COMMAND = CommandEntry(
    "screenshot", "Write a picture of the window after the reply to a prompt.", add_arguments, run
)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise ArgumentTypeError(f"“{text}” is not a size like 1680x1020, each {SMALLEST} to {LARGEST}")
    return size


def _place(text: str) -> tuple[int, str]:
    position, sign, said = text.partition("=")
    if not sign or not said or not position.isdecimal():
        raise ArgumentTypeError(f"“{text}” is not a position and a text like 24= ocean")
    return int(position), said


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    field = name.replace("-", "_")
    try:
        SamplingSettings().changed(field, float(value))
    except KeyError as error:
        names = ", ".join(one.replace("_", "-") for one in SETTING_BOUNDS)
        raise ArgumentTypeError(f"there is no setting “{name}”; choose one of {names}") from error
    except (ValueError, VitrineError) as error:
        raise ArgumentTypeError(f"“{text}” is not a setting like temperature=1.2: {error}") from error
    return field, float(value)


def _steps(arguments: Namespace) -> list[PictureStep]:
    """What is done after the first reply."""
    steps: list[PictureStep] = []
    for position, said in arguments.go_on:
        steps.append(partial(_go_on, position, said))
    if arguments.replay is not None:
        steps.append(partial(_replay, *arguments.replay))
    return steps


def _go_on(position: int, said: str, window: Window) -> bool:
    return window.session.force(position, said)


def _replay(name: str, value: float, window: Window) -> bool:
    from desktop.panels.compare.panel import ComparePanel

    panel = window.panels.panel("compare")
    assert isinstance(panel, ComparePanel)
    panel.comparison.replay(window.session.settings.changed(name, value))
    return True


def _open_window(arguments: Namespace, model: str | None, memory: Path) -> Window:
    from PySide6.QtCore import QSettings, Qt

    from desktop.application import apply_theme, make_application, palette_named
    from desktop.language import choose_language, speak
    from desktop.panels import PANELS, panel_named
    from desktop.session import Session
    from desktop.window import Window
    from inference.process import start_engine

    if arguments.panel is not None and panel_named(arguments.panel) is None:
        names = ", ".join(entry.name for entry in PANELS)
        raise UsageError(f"There is no panel “{arguments.panel}”.", f"Choose one of: {names}.")
    speak(make_application(), choose_language(arguments.language))
    apply_theme(palette_named(arguments.theme))
    session = Session(start_engine, model, arguments.provider, variant=arguments.variant)
    session.set_system_prompt(arguments.system)
    session.change_settings(settings_of(arguments))
    if arguments.seed is not None:
        session.change_seed(arguments.seed, False)
    window = Window(session, QSettings(str(memory / "window.ini"), QSettings.Format.IniFormat))
    # A picture of the reply, the same whether the model was imported just now or long ago.
    session.model_changed.connect(window.chat.import_card.hide)
    # Laid out and painted as on a screen, without appearing on one.
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.resize(*arguments.size)
    panel = arguments.panel or ("compare" if arguments.replay is not None else None)
    if panel is not None:
        _show_panel(window, panel)
    window.show()
    return window


def _check_size(window: Window, wanted: tuple[int, int]) -> None:
    needed = window.minimumSizeHint()
    if wanted[0] < needed.width() or wanted[1] < needed.height():
        raise UsageError(
            f"The window does not fit into {wanted[0]}x{wanted[1]}.",
            f"Choose a --size of {needed.width()}x{needed.height()} or more.",
        )


def _show_panel(window: Window, name: str) -> None:
    from desktop.workspaces import workspace_of_panel

    workspace = workspace_of_panel(name)
    if workspace is not None:
        window.choose_workspace(workspace.name)
    dock = window.panels.docks[name]
    dock.show()
    dock.raise_()


def _picture(window: Window, arguments: Namespace) -> QImage | Failed | None:
    """The picture, what made it impossible, or ``None`` after Ctrl+C."""
    from PySide6.QtCore import QEventLoop, QTimer

    from desktop.window_picture import WindowPicture

    loop = QEventLoop()
    outcomes: list[QImage | Failed | None] = []

    def end(outcome: QImage | Failed | None) -> None:
        outcomes.append(outcome)
        loop.quit()

    def interrupt(number: int, frame: FrameType | None) -> None:
        end(None)

    picture = WindowPicture(window, arguments.token, _steps(arguments), arguments.why_not, arguments.panel)
    picture.taken.connect(end)
    picture.failed.connect(end)
    # Python sees signals only when it runs: the timer lets it.
    awake = QTimer(window)
    awake.timeout.connect(lambda: None)
    awake.start(LOOK_EVERY_MS)
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        picture.take_after(arguments.prompt)
        if not outcomes:
            loop.exec()
    finally:
        signal.signal(signal.SIGINT, before)
        awake.stop()
    return outcomes[0]
