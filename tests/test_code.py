"""The code keeps its own rules: style, types, the direction of imports, who may start what, docstrings.

Knows nothing about what the code does.
"""

from __future__ import annotations

import ast
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("desktop", "inference", "models")
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

STARTERS = frozenset(
    {
        "threading.Thread",
        "threading.Timer",
        "_thread.start_new_thread",
        "multiprocessing.Process",
        "multiprocessing.Pool",
        "multiprocessing.get_context",
        "multiprocessing.pool.ThreadPool",
        "os.fork",
        "os.forkpty",
        "os.popen",
        "os.posix_spawn",
        "os.posix_spawnp",
        "os.startfile",
        "os.system",
        "PySide6.QtCore.QProcess",
        "PySide6.QtCore.QRunnable",
        "PySide6.QtCore.QThread",
        "PySide6.QtCore.QThreadPool",
    }
)
"""What starts a thread or a process, besides everything in `STARTING_MODULES`."""

STARTING_MODULES = ("subprocess", "concurrent.futures", "asyncio", "PySide6.QtConcurrent")

MAY_START = frozenset({Path("inference/process.py")})
"""The one place that may."""


def run(*command: str) -> None:
    """Run a tool in the root of the checkout; what it complains about is the failure."""
    tool = Path(sysconfig.get_path("scripts"), command[0])
    done = subprocess.run(
        [tool, *command[1:]], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=280
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}{done.stderr}", pytrace=False)


def test_the_linter_has_nothing_to_say() -> None:
    run("ruff", "check", "--no-cache")


def test_the_formatter_would_change_nothing() -> None:
    run("ruff", "format", "--no-cache", "--check")


def test_types_fit() -> None:
    run("mypy")


def test_imports_run_one_way() -> None:
    run("lint-imports", "--no-cache")


def names_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported or reached through an imported module."""
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
                bound = alias.asname or alias.name.partition(".")[0]
                modules[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            parts = [node.attr]
            value: ast.expr = node.value
            while isinstance(value, ast.Attribute):
                parts.insert(0, value.attr)
                value = value.value
            if isinstance(value, ast.Name) and value.id in modules:
                yield node.lineno, ".".join([modules[value.id], *parts])


def starts_something(name: str) -> bool:
    return name in STARTERS or any(name == one or name.startswith(f"{one}.") for one in STARTING_MODULES)


def test_one_file_starts_threads_and_processes() -> None:
    found = [
        f"{path}:{line}: {name}"
        for path in MODULES
        if path not in MAY_START
        for line, name in names_used(ast.parse((ROOT / path).read_bytes()))
        if starts_something(name)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import threading\nthreading.Thread()", "threading.Thread"),
        ("import threading as t\nt.Timer(1, f)", "threading.Timer"),
        ("from threading import Thread", "threading.Thread"),
        ("import subprocess", "subprocess"),
        ("from concurrent.futures import ThreadPoolExecutor", "concurrent.futures.ThreadPoolExecutor"),
        ("from PySide6 import QtCore\nQtCore.QThread()", "PySide6.QtCore.QThread"),
        ("import os\nos.system('x')", "os.system"),
    ],
)
def test_the_search_for_starters_finds_them(code: str, name: str) -> None:
    assert name in {used for _, used in names_used(ast.parse(code)) if starts_something(used)}


def test_locks_and_types_start_nothing() -> None:
    code = "import threading, os\nfrom multiprocessing.connection import Connection\nthreading.Lock()\nos.getpid()"
    assert not [name for _, name in names_used(ast.parse(code)) if starts_something(name)]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_says_what_it_owns_and_what_it_does_not_know(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / path).read_bytes())) or ""
    owns, _, rest = docstring.partition("\n\n")
    assert owns.endswith((".", ":")), f"the first line is no sentence: {owns!r}"
    assert "\n" not in owns, "what it owns does not fit on one line"
    assert rest.startswith("Knows "), "the second paragraph does not begin with what it does not know"
