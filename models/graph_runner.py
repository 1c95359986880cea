"""What running a graph looks like to those who must not know a runtime.

Knows nothing about graphs or runtimes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from numpy.typing import NDArray

Run: TypeAlias = Callable[[Sequence[str], Mapping[str, NDArray[Any]]], list[NDArray[Any]]]
"""Runs an opened graph: names of outputs and arrays of inputs to arrays of outputs. Raises `VitrineError`."""

GraphRunner: TypeAlias = Callable[[bytes, Path], Run]
"""Opens a serialised graph whose weights are named relative to a folder. Raises `VitrineError`."""
