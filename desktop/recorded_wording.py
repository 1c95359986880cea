"""What is said while a recording is explored in place of a model.

Knows no widget.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.session import Session
from inference.contract import Loaded
from models.escaping import escape_text

translate = QCoreApplication.translate

LONGEST_NAME = 40
"""Characters of a model's name on a button."""


def open_former_model(session: Session) -> str:
    """The label of a button that goes back to the model that was in use before a recording."""
    if not session.former_model:
        return translate("Recorded", "Open the default model")
    return translate("Recorded", "Open {model}").format(model=escape_text(session.former_model, LONGEST_NAME))


def what_is_explored(model: Loaded) -> str:
    """Says that a model is not there, and what is instead."""
    return translate(
        "Recorded",
        "You see what was recorded of {model}, without the model: nothing new can be written.",
    ).format(model=model.name)
