"""One run of Vitrine on a screen: its processes, what its session holds, and hands on keyboard and mouse.

Knows nothing about what is tested with it.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from tests.end_to_end.display import Display, wait_until

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
"""How long something may take before a test gives up on it."""

WAITS = 4
"""So many times as long it may take while there is anything new: what is heavy is slow on a busy machine."""

State = dict[str, Any]


class DrivenWindow:
    """Vitrine's window on a display, as a process of its own; a context manager.

    Args:
        display: where it appears.
        data: its data folder.
        arguments: of Vitrine's command line.
    """

    def __init__(self, display: Display, data: Path, *arguments: str) -> None:
        self.display = display
        self._questions, asked = os.pipe()
        told, self._telling = os.pipe()
        self._asking = os.fdopen(asked, "wb", buffering=0)
        self._told = os.fdopen(told, "rb")
        command = [sys.executable, "-m", "tests.end_to_end.window_under_test"]
        self._errors = data.parent / f"{data.name}.stderr"
        with self._errors.open("wb") as errors:
            self.process = psutil.Popen(
                [*command, str(self._telling), str(self._questions), *arguments],
                cwd=ROOT,
                env={**display.environment(), "VITRINE_DATA_DIR": str(data)},
                pass_fds=(self._telling, self._questions),
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
            )
        os.close(self._telling)
        os.close(self._questions)
        self._lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name="reports")
        self._listener.start()
        self.state: State = {}
        self._family: dict[int, psutil.Process] = {}

    def __enter__(self) -> DrivenWindow:
        return self

    def __exit__(self, *error: object) -> None:
        family = self.family()
        for process in family:
            if process.is_running():
                process.kill()
        self.process.wait()
        psutil.wait_procs(family, timeout=PATIENCE_S)
        self._listener.join()
        self._asking.close()
        self._told.close()

    def _listen(self) -> None:
        for line in self._told:
            self._lines.put(json.loads(line))
        self._lines.put(None)

    # ------------------------------------------------------------ looking

    @property
    def said(self) -> str:
        """What the program has written to its standard output and error streams."""
        return self._errors.read_text("utf-8", "replace")

    def wait_for(self, condition: Callable[[State], Any], what: str, timeout_s: float = PATIENCE_S) -> State:
        """Wait until the session's state fulfils a condition; gives that state.

        Raises:
            AssertionError: it does not in time, or the program ended before.
        """
        deadline = time.monotonic() + WAITS * timeout_s
        while not self.state or not condition(self.state):
            line = self._next_line(what, timeout_s)
            assert time.monotonic() < deadline, f"{what}: much is new, but not that, in {self.state}"
            self.state = line.get("state", self.state)
        return self.state

    def ask(self, question: str, *arguments: Any) -> Any:
        """Ask the reporter beside the window."""
        self._asking.write(json.dumps([question, *arguments]).encode() + b"\n")
        while True:
            line = self._next_line(question, PATIENCE_S)
            if "answer" in line:
                return line["answer"]
            self.state = line["state"]

    def _next_line(self, what: str, timeout_s: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=timeout_s)
        except queue.Empty:
            raise AssertionError(f"{what}: nothing new within {timeout_s:g} s in {self.state}") from None
        assert line is not None, f"{what}: the program ended, and said {self.said!r}"
        return line

    def find(self, question: str, *arguments: Any) -> tuple[int, int, int, int]:
        """Left, top, width and height on the screen of something, as soon as it is seen and rests there.

        Args:
            question: what kind of thing, as the reporter's table of places calls it.
            arguments: which one.
        """
        places = [None, self.ask(question, *arguments)]

        def rests() -> bool:
            places.append(self.ask(question, *arguments))
            return places[-1] is not None and places[-1] == places[-2]

        wait_until(rests, f"{question} of {arguments}", PATIENCE_S)
        left, top, width, height = places[-1] or ()
        return left, top, width, height

    def place_of(self, name: str) -> tuple[int, int, int, int]:
        """Left, top, width and height on the screen of the widget that is called so or says so."""
        return self.find("place", name)

    def save_picture(self, path: Path) -> None:
        """Keep a picture of the screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        assert self.ask("picture", str(path)), f"{path} could not be saved"

    # ------------------------------------------------------------ processes

    def family(self) -> list[psutil.Process]:
        """The window's process and its children, those that have ended since the last call included."""
        if self.process.is_running():
            for process in [self.process, *self.process.children(recursive=True)]:
                self._family[process.pid] = process
        return list(self._family.values())

    def engine(self) -> psutil.Process:
        """The engine's process."""
        engines = [child for child in self.process.children() if "spawn_main" in " ".join(child.cmdline())]
        assert len(engines) == 1, engines
        return engines[0]

    # ------------------------------------------------------------ hands

    def type(self, text: str) -> None:
        """Type a text."""
        self.display.do("type", "--delay", "4", "--", text)

    def press(self, *keys: str) -> None:
        """Press keys, each as xdotool calls it: ``Return``, ``ctrl+n``."""
        self.display.do("key", "--delay", "4", *keys)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Move the mouse there and press a button: 1 is the left one, 3 the right one."""
        self.display.do("mousemove", str(x), str(y), "click", str(button))

    def click_on(self, name: str) -> None:
        """Click into the middle of a widget or of an entry in a menu."""
        self.click_at("place", name)

    def choose_workspace(self, title: str) -> None:
        """Choose a workspace in the bar, or from the menu behind it where it finds no room in the bar."""
        self.place_of("Chat")
        if self.ask("place", title) is None:
            self.click_on("More workspaces")
        self.click_on(title)

    def click_at(self, question: str, *arguments: Any, button: int = 1) -> None:
        """Click into the middle of something, as soon as it is where `find` finds it."""
        left, top, width, height = self.find(question, *arguments)
        self.click(left + width // 2, top + height // 2, button)

    def act(self, message: int, action: str) -> None:
        """Point at a message of the transcript, and click what is offered then in its heading."""
        left, top, width, height = self.find("heading", message)
        self.display.do("mousemove", str(left + width // 2), str(top + height // 2))
        self.click_at("action", message, action)

    def enter_number(self, name: str, text: str) -> None:
        """Put a number into a field and leave the keyboard where it was before."""
        self.click_on(name)
        self.press("ctrl+a")
        self.type(text)
        self.press("Return")

    def drag(self, start: tuple[int, int], end: tuple[int, int], steps: int = 12) -> None:
        """Press the left button at a point, move in steps to another, and release it."""
        moves: list[str] = []
        for step in range(1, steps + 1):
            at = [str(round(a + (b - a) * step / steps)) for a, b in zip(start, end, strict=True)]
            moves += ["mousemove", *at]
        self.display.do("mousemove", *map(str, start), "mousedown", "1", *moves, "mouseup", "1")
