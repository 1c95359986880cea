"""The package of conversations works without Qt and without a runtime."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import importlib, pkgutil, sys
import desktop.history
for module in pkgutil.iter_modules(desktop.history.__path__):
    importlib.import_module(f"desktop.history.{module.name}")
print(sorted(name for name in sys.modules if name.split(".")[0] in ("PySide6", "pyqtgraph", "onnxruntime")))
"""


def test_no_module_of_it_loads_qt_or_a_runtime() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
