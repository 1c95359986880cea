"""What the runtime raises, as sentences that a person can act on.

Knows the runtime's wording only; sessions raise what comes out.
"""

from __future__ import annotations

import re

from models.errors import VitrineError
from models.escaping import escape_text

_ANOTHER_EXPORT = "Use another export of the model, or update Vitrine."

OUT_OF_MEMORY = "out-of-memory"
"""The case of what failed because there was no room, on whichever device."""

_NO_ROOM = ("allocate", "out of memory", "alloc_failed", "resource allocation failed", "bad_alloc")
"""What the runtime and the libraries of GPUs say then, in small letters."""

_KNOWN = (
    (
        r"No Op registered for (?P<one>\S+) with domain_version|"
        r"(?P<two>[\w.]+:\w+)\(-?\d+\) is not a registered function/op",
        "unsupported-operator",
        "The model uses the operator “{}”, which the runtime does not know.",
        _ANOTHER_EXPORT,
    ),
    (
        r"Could not find an implementation for (?P<one>\w+)",
        "unsupported-operator",
        "The runtime cannot compute the operator “{}” with the numbers that this model uses, not on this processor.",
        "Use an export of the model in another precision, or made for this processor.",
    ),
    (
        r"while running (?P<one>\w+) node[^\n]*(?:not supported|implemented only)",
        "unsupported-operator",
        "The model uses the operator “{}” in a way that the runtime cannot compute on this processor.",
        "Use an export of the model made for this processor, or run it on a GPU.",
    ),
    (
        r"Unsupported model IR version: (?P<one>\d+)",
        "unsupported-onnx-version",
        "The model is in version {} of the ONNX format, newer than the runtime reads.",
        _ANOTHER_EXPORT,
    ),
    (
        r"Opset (?P<one>\d+) is under development",
        "unsupported-onnx-version",
        "The model uses opset {}, newer than the runtime reads.",
        "Use an export of the model with an older opset, or update Vitrine.",
    ),
    (
        r"External data path (?:validation failed|does not exist)[^\"]*\"(?P<one>[^\"]*)\"|"
        r"External initializer: (?P<two>\S+) offset",
        "weights-changed",
        "The model's weights are not as they were when it was imported (“{}”).",
        "Put the files back, or import the model again.",
    ),
)
"""Pattern of the message, the case, what happened with the pattern's group in it, what to do."""


_LIBRARY_FAILURE = re.compile(r"\b(?:CUDA|CUBLAS|CUDNN|CURAND|CUFFT) failure \d+: [^;\n]*")


def what_failed(text: str) -> str:
    """What one of CUDA's libraries said, out of the midst of the runtime's own names; otherwise the first line.

    Args:
        text: that the runtime raised, not empty.
    """
    found = _LIBRARY_FAILURE.search(text)
    return found.group().strip() if found else text.splitlines()[0]


def runtime_failure(error: Exception) -> VitrineError:
    """What the runtime raised, as something a person can act on."""
    if isinstance(error, VitrineError):
        return error
    text = str(error).strip()
    first_line = escape_text(what_failed(text), 300) if text else type(error).__name__
    if isinstance(error, MemoryError) or any(words in text.lower() for words in _NO_ROOM):
        return VitrineError(
            OUT_OF_MEMORY,
            f"There is not enough memory to run the model ({first_line}).",
            "Close other programs, or choose a smaller model.",
        )
    for pattern, case, what, remedy in _KNOWN:
        if found := re.search(pattern, text):
            name = next(group for group in found.groups() if group is not None)
            return VitrineError(case, what.format(escape_text(name)), remedy)
    return VitrineError(
        "runtime-failed",
        f"The runtime failed: {first_line.rstrip('.')}.",
        "Restart the engine; if it fails again, report it.",
    )
