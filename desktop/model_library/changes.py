"""The questions before a bundle is renamed or removed.

Knows nothing about how either is done.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from desktop.model_library.columns import shown_name
from desktop.model_library.wording import size_text
from models.bundle_shelf import BundleState, ShelvedBundle
from models.escaping import escape_text

translate = QCoreApplication.translate


def ask_for_name(
    window: QWidget, bundle: ShelvedBundle, take: Callable[[ShelvedBundle, str], None]
) -> QInputDialog:
    """Ask what a bundle shall be called; the window stays alive meanwhile.

    Args:
        window: where the question appears.
        bundle: which.
        take: called with bundle and name where one was given.
    """
    dialog = QInputDialog(window)
    dialog.setWindowTitle(translate("Library", "Rename"))
    dialog.setLabelText(translate("Library", "Name of the model"))
    dialog.setTextValue(shown_name(bundle))
    dialog.setOkButtonText(translate("Library", "Rename"))
    dialog.setCancelButtonText(translate("Library", "Cancel"))
    dialog.resize(420, dialog.sizeHint().height())
    dialog.textValueSelected.connect(lambda name: take(bundle, name))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def ask_to_remove(
    window: QWidget, bundle: ShelvedBundle, take: Callable[[ShelvedBundle], None]
) -> QMessageBox:
    """Ask whether a bundle shall be removed; “Cancel” is what Enter and Esc mean.

    Args:
        window: where the question appears.
        bundle: which.
        take: called with the bundle if it shall.
    """
    box = QMessageBox(window)
    box.setWindowTitle(translate("Library", "Remove"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(translate("Library", "Remove “{name}” from the library?").format(name=shown_name(bundle)))
    box.setInformativeText(removal_text(bundle))
    remove = box.addButton(translate("Library", "Remove"), QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(translate("Library", "Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.buttonClicked.connect(lambda button: take(bundle) if button is remove else None)
    box.finished.connect(box.deleteLater)
    box.open()
    return box


def removal_text(bundle: ShelvedBundle) -> str:
    """What removing a bundle frees and what it leaves."""
    frees = translate("Library", "{size} are freed.").format(size=size_text(bundle.bytes))
    if bundle.state is BundleState.DOWNLOADED:
        again = translate("Library", "It would have to be fetched again.")
        return f"{frees} {again}"
    if bundle.state in (BundleState.DAMAGED, BundleState.UNFINISHED) or bundle.facts is None:
        return frees
    source = escape_text(bundle.facts.report.source or bundle.facts.source, 240)
    stays = translate("Library", "What it was imported from stays, and can be opened again: {source}")
    return f"{frees} {stays.format(source=source)}"
