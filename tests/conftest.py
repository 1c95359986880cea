"""What holds for every test: private folders, requirements by marker, and nothing left behind.

Knows nothing about what is tested.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

import hypothesis
import pytest

from tests.leftovers import LogWatch, Snapshot
from tests.requirements import REQUIREMENTS, SKIPPING_FAILS_VARIABLE

# Before anything makes a Qt application.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Engines and windows start by the hundred and should find what the first of them has compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("vitrine", deadline=None)
hypothesis.settings.load_profile("vitrine")

_call_passed = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a data folder of its own, so that no test sees or touches the person's."""
    folder = tempfile.mkdtemp(prefix="vitrine-tests-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["VITRINE_DATA_DIR"] = folder


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave benchmarks out unless they are asked for by their marker."""
    if "benchmark" in (config.option.markexpr or ""):
        return
    benchmarks = [item for item in items if item.get_closest_marker("benchmark")]
    items[:] = [item for item in items if not item.get_closest_marker("benchmark")]
    config.hook.pytest_deselected(items=benchmarks)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs what this machine lacks, or fail it where nothing may be skipped."""
    for marker, missing in REQUIREMENTS.items():
        if item.get_closest_marker(marker) and (lack := missing()) is not None:
            if os.environ.get(SKIPPING_FAILS_VARIABLE):
                pytest.fail(f"{SKIPPING_FAILS_VARIABLE} is set, and {lack}", pytrace=False)
            pytest.skip(lack)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Remember whether the test itself passed."""
    report = yield
    if call.when == "call":
        item.stash[_call_passed] = report.passed
    return report


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves threads, child processes, windows or warnings in the log behind.

    A test that provokes log lines takes the fixture ``caplog`` and looks at them.
    """
    before = Snapshot()
    with LogWatch() as log:
        yield
    if not request.node.stash.get(_call_passed, False):
        return  # its own failure is what matters
    left = before.left_behind()
    if "caplog" not in request.fixturenames:
        left += log.lines
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)
