"""A screen of its own for a test: an X server without a monitor, and a window manager.

Knows nothing about Vitrine.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

SIZE = (1720, 1080)
"""Pixels of the screen."""

START_S = 20.0
"""How long a server may take to be there."""


class Display:
    """An X server on a free display number with openbox on it; a context manager.

    Args:
        home: an empty folder, home of everything that runs here.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._stack = ExitStack()
        self.name = ""

    def __enter__(self) -> Display:
        with ExitStack() as stack:
            reading, writing = os.pipe()
            stack.callback(os.close, reading)
            size = "x".join(map(str, SIZE))
            server = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
            # A server that begins anew when its last client leaves turns away who comes at that moment.
            self._start(stack, [*server, "-noreset"], pass_fds=(writing,))
            os.close(writing)
            # The server writes its number when it takes connections, and nothing when it ends.
            with os.fdopen(os.dup(reading)) as number:
                self.name = f":{number.readline().strip()}"
            assert self.name != ":", "Xvfb did not start"
            self._start(stack, ["openbox", "--sm-disable"], env=self.environment())
            wait_until(lambda: self.succeeds("get_num_desktops"), "openbox", START_S)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def environment(self) -> dict[str, str]:
        """Environment of programs that are to appear here and to touch nothing of the person's."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("QT_", "XDG_", "WAYLAND_", "VITRINE_DATA"))
        }
        return {
            **kept,
            "DISPLAY": self.name,
            "HOME": str(self._home),
            "LC_ALL": "C.UTF-8",
            "QT_QPA_PLATFORM": "xcb",
            "QT_ACCESSIBILITY": "0",
            "XDG_RUNTIME_DIR": str(self._home),
        }

    def do(self, *arguments: str) -> str:
        """Run xdotool here; gives what it prints."""
        command = ["xdotool", *arguments]
        return subprocess.run(
            command, env=self.environment(), check=True, capture_output=True, text=True, timeout=60
        ).stdout

    def succeeds(self, *arguments: str) -> bool:
        """Run xdotool here; gives whether it went well."""
        command = ["xdotool", *arguments]
        done = subprocess.run(command, env=self.environment(), capture_output=True, timeout=60)
        return done.returncode == 0 and not done.stderr

    @staticmethod
    def _start(stack: ExitStack, command: list[str], **options: object) -> None:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **options,  # type: ignore[call-overload]
        )
        stack.callback(process.wait)
        stack.callback(process.terminate)


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float) -> None:
    """Look again and again until something is so.

    Raises:
        AssertionError: it is not so in time.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {timeout_s:g} s"
        time.sleep(0.02)
