"""Links in what was said: found, and opened by a browser once a person has seen where they lead and agreed.

Knows nothing about how messages are shown. A reply is a stranger's text: only web addresses are ever opened.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from models.escaping import escape_text

MOST_LINKS = 5
"""Of one message that are offered."""

LONGEST_LINK = 2000
SEARCHED = 100_000
"""Characters at the beginning of a message that are searched."""

_LINK = re.compile(r"""https?://[^\s<>"'`\\^{|}\x00-\x20]+""", re.IGNORECASE)
_ENDS_NO_LINK = ".,;:!?*_~)]"

translate = QCoreApplication.translate


def links_in(text: str) -> tuple[str, ...]:
    """Web addresses in a text, each once, in order; at most `MOST_LINKS`.

    Args:
        text: of a message, Markdown or not.
    """
    found: dict[str, None] = {}
    for match in _LINK.finditer(text[:SEARCHED]):
        link = match[0]
        # Signs behind an address belong to the sentence, a bracket unless it was opened inside.
        while link[-1] in _ENDS_NO_LINK and not (link[-1] == ")" and link.count("(") >= link.count(")")):
            link = link[:-1]
        url = QUrl(link, QUrl.ParsingMode.StrictMode)
        if len(link) <= LONGEST_LINK and url.isValid() and url.host():
            found[link] = None
    return tuple(found)[:MOST_LINKS]


class LinkQuestion(QObject):
    """Asks whether a link is to be opened, and opens it then.

    Args:
        link: as `links_in` finds it.
        parent: the widget it belongs to.
    """

    def __init__(self, link: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._url = QUrl(link, QUrl.ParsingMode.StrictMode)
        box = QMessageBox(parent)
        self.box = box
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(translate("Links", "Open a link"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        host = self._url.host(QUrl.ComponentFormattingOption.FullyEncoded)
        said = translate("Links", "Open a page of {host} in your browser? The model wrote this address.")
        box.setText(said.format(host=escape_text(host)))
        # As a browser sees it: letters of other alphabets cannot pose as others.
        box.setInformativeText(escape_text(self.address, 400))
        self.open_button = box.addButton(translate("Links", "Open"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(translate("Links", "Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.finished.connect(self._finish)
        box.open()

    @property
    def address(self) -> str:
        """The whole address, encoded."""
        return bytes(self._url.toEncoded().data()).decode("ascii", "replace")

    @Slot()
    def _finish(self) -> None:
        if self.box.clickedButton() is self.open_button and self._url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(self._url)
        self.deleteLater()
