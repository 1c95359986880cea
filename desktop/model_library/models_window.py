"""The library window: the models on this machine, what can be done with them, and fetching others.

Knows nothing about how bundles are kept on disk, imported or downloaded.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices, QFont, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.search_field import SearchField
from desktop.model_library.bundle_details import BundleDetails
from desktop.model_library.changes import ask_for_name, ask_to_remove
from desktop.model_library.columns import shown_name
from desktop.model_library.download_box import DownloadBox
from desktop.model_library.drop_target import DropTarget
from desktop.model_library.opening import Opening
from desktop.model_library.shelf_model import ShelfModel
from desktop.model_library.shelf_reader import ShelfReader
from desktop.model_library.shelf_table import ShelfTable
from desktop.model_library.wording import size_text
from desktop.notices import Notices
from desktop.panels.empty_state import EmptyState
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import Failed
from models.bundle_changes import remove_bundle, rename_bundle
from models.bundle_shelf import BundleState, ShelvedBundle, read_shelved
from models.errors import VitrineError


class Library(QDialog):
    """A window of its own; it can stay open while one chats.

    Args:
        session: that loads models.
        parent: the window it belongs to.
    """

    chosen = Signal()
    """A model is being loaded from here."""
    document_asked = Signal(object)
    """A file with a conversation is to be opened; its path."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle(self.tr("Library"))
        self.resize(1180, 800)
        self._in_use = self._to_choose = Path()
        self._returned_case = ""
        self._shown: tuple[ShelvedBundle, bool, bool] | None = None
        self.opening = Opening(session, self)
        self.model = ShelfModel(self)
        self.reader = ShelfReader(self)
        self.heading = QLabel(self.tr("Models on this machine"))
        self.facts = QLabel()
        self.facts.setProperty("look", "soft")
        self.search = SearchField()
        self.search.setPlaceholderText(self.tr("Search models"))
        self.search.setAccessibleName(self.tr("Search models"))
        self.open_file = self._button(self.tr("Open file …"), self.tr("Import a model file (Ctrl+O)"))
        self.open_folder = self._button(
            self.tr("Open folder …"), self.tr("Import a model's folder (Ctrl+Alt+O)")
        )
        self.notices = Notices()
        self.table = ShelfTable(self.model)
        self.empty = EmptyState()
        self.details = BundleDetails()
        self.download = DownloadBox()
        self.drop_target = DropTarget(self)
        self._compose()
        self._connect()
        self._dress()

    # ------------------------------------------------------------ what a person does

    def ask_to_download(self, identifier: str) -> None:
        """Have somebody decide about a model of the hub."""
        self.download.field.setText(identifier)
        self.download.take_focus()

    @Slot()
    def renew(self) -> None:
        """Read the shelf again."""
        if self.isVisible():
            self.reader.start()

    @Slot(str)
    def _load(self, variant: str) -> None:
        bundle = self.table.bundle
        if bundle is None or not bundle.loadable:
            return
        if bundle.state is BundleState.DEFAULT:
            self._session.open_model(None)
            self.chosen.emit()
        elif variant and bundle.facts is not None:
            self.opening.open_named(bundle.facts.report.source, variant)
        else:
            self.opening.open_named(str(bundle.opens))

    @Slot()
    def _rename(self) -> None:
        bundle = self.table.bundle
        if bundle is not None and self.details.rename.isEnabled():
            ask_for_name(self, bundle, self._take_name)

    def _take_name(self, bundle: ShelvedBundle, name: str) -> None:
        try:
            kept = rename_bundle(bundle.folder, name)
        except VitrineError as error:
            self._tell_failure(Failed(error.case, error.what, error.remedy))
            return
        self.model.rename(bundle.folder, kept)
        if self.model.is_loaded(bundle):
            self._session.rename_model(kept)
        self._show_chosen()

    @Slot()
    def _reveal(self) -> None:
        bundle = self.table.bundle
        if bundle is None:
            return
        folder = bundle.folder if bundle.folder.is_dir() else bundle.folder.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            said = self.tr("There is no file manager that could show {folder}.").format(folder=folder)
            self.notices.say("reveal", said, "", kind="notice")

    @Slot()
    def _remove(self) -> None:
        bundle = self.table.bundle
        if bundle is not None and self.details.remove.isEnabled():
            ask_to_remove(self, bundle, self._take_removal)

    def _take_removal(self, bundle: ShelvedBundle) -> None:
        if self.model.is_loaded(bundle):
            return  # it was loaded while the question was open
        row = self.model.row_of(bundle.folder)
        try:
            freed = remove_bundle(bundle.folder)
        except VitrineError as error:
            self._tell_failure(Failed(error.case, error.what, error.remedy))
            return
        said = self.tr("“{name}” is removed; {size} are free again.")
        self.notices.say(
            "removed", said.format(name=shown_name(bundle), size=size_text(freed)), "", kind="notice"
        )
        self.renew()
        self.table.choose_row(min(row + 1, self.model.rowCount() - 1))

    # ------------------------------------------------------------ what is shown

    @Slot(list)
    def _take_bundles(self, bundles: list[ShelvedBundle]) -> None:
        folder = self.table.bundle.folder if self.table.bundle is not None else None
        self.model.put(bundles)
        if folder is None or self._to_choose != Path():
            self._choose_loaded()
        self._show_chosen()

    @Slot(list)
    def _take_all(self, folders: list[Path]) -> None:
        self.model.keep(set(folders))
        self._to_choose = Path()
        if self.table.bundle is None and self.model.rowCount():
            self.table.choose_row(0)
        self._show_chosen()

    def _choose_loaded(self) -> None:
        row = self.model.row_of(self.model.loaded)
        if row >= 0:
            self._to_choose = Path()
            self.table.choose_row(row)

    @Slot()
    def _show_chosen(self) -> None:
        bundle = self.table.bundle
        self.details.setVisible(bundle is not None)
        if bundle is not None:
            shown = (bundle, self.model.is_loaded(bundle), self._loading)
            if shown != self._shown:
                self._shown = shown
                self.details.show_bundle(*shown)
        self._tell_facts()

    @property
    def _loading(self) -> bool:
        return self._session.phase in (Phase.STARTING, Phase.LOADING)

    def _tell_facts(self) -> None:
        bundles = self.model.bundles
        size = sum(bundle.bytes for bundle in bundles)
        said = (
            self.tr("1 model") if len(bundles) == 1 else self.tr("{count} models").format(count=len(bundles))
        )
        self.facts.setText(f"{said}, {size_text(size)}" if size else said)
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.table)
            return
        if self.model.count:
            sentence = self.tr("No model has all of these words. Esc shows every model again.")
        elif self.reader.reading:
            sentence = self.tr("Reading the library …")
        else:
            sentence = self.tr(
                "Models that you open are listed here. Drop a file or folder, open one, or fetch one below."
            )
        self.empty.say(sentence)
        self._stack.setCurrentWidget(self.empty)

    @Slot(str)
    def _search(self, text: str) -> None:
        self.model.search(text)
        if self.table.bundle is None and self.model.rowCount():
            self.table.choose_row(0)
        self._show_chosen()

    @Slot()
    def _go_to_table(self) -> None:
        if self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # ------------------------------------------------------------ from the session

    @Slot()
    def _take_model(self) -> None:
        model = self._session.model
        in_use = model is not None and not model.recorded
        self.model.show_loaded(Path(model.folder) if model is not None and in_use else Path())
        if in_use:
            if self.model.loaded != self._in_use:
                # Its row may not be read yet. A model that came back because another failed is not chosen.
                self._in_use = self._to_choose = self.model.loaded
                self._choose_loaded()
            self.renew()
        self._show_chosen()

    @Slot()
    def _take_proof(self) -> None:
        before = self.model.bundle_at(self.model.row_of(self.model.loaded))
        if self.isVisible() and self._session.proof is not None and before is not None:
            known = read_shelved(before.folder)
            if known is not None:
                self._take_bundles([replace(known, is_default=before.is_default)])

    @Slot()
    def _take_phase(self) -> None:
        if self._session.phase in (Phase.READY, Phase.WRITING, Phase.LOST):
            self.notices.progress.finish()
        self._show_chosen()

    @Slot(object)
    def _tell_failure(self, failed: Failed) -> None:
        self.notices.say(failed.case, failed.what, failed.remedy)

    @Slot(object)
    def _tell_return(self, failed: Failed) -> None:
        before = self.tr("The model that was in use before is loaded again.")
        if self._session.recorded:
            before = self.tr("What was recorded is opened again.")
        self.notices.say(failed.case, failed.what, f"{failed.remedy} {before}")
        self._returned_case = failed.case

    @Slot()
    def _forget_return(self) -> None:
        """Another model is wanted: which one came back before is not true any more."""
        self.notices.dismiss_case(self._returned_case)

    @Slot(str)
    def _tell_notice(self, sentence: str) -> None:
        self.notices.say("notice", sentence, "", kind="notice")

    # ------------------------------------------------------------ Qt's virtual methods

    def showEvent(self, event: QShowEvent) -> None:
        """Read the shelf after the first frame."""
        super().showEvent(event)
        self.drop_target.watch()
        self._take_model()
        self.reader.start()
        self._tell_facts()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Read no further."""
        self.reader.stop()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to what has the keyboard, and presses no other button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------ construction

    def _button(self, text: str, explanation: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(explanation)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _compose(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(3 * theme.SPACE)
        head.addWidget(self.heading)
        head.addWidget(self.facts)
        head.addStretch(1)
        for widget in (self.search, self.open_file, self.open_folder):
            head.addWidget(widget)
        shown = QWidget()
        self._stack = QStackedLayout(shown)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.NoFrame)
        line.setFixedHeight(1)
        line.setObjectName("hairline")
        section = QLabel(self.tr("FETCH A MODEL FROM THE HUB"))
        section.setProperty("look", "section")
        column = QVBoxLayout(self)
        side = 5 * theme.SPACE
        column.setContentsMargins(side, 4 * theme.SPACE, side, 4 * theme.SPACE)
        column.setSpacing(3 * theme.SPACE)
        column.addLayout(head)
        column.addWidget(self.notices)
        column.addWidget(shown, 1)
        column.addWidget(self.details)
        column.addWidget(line)
        column.addWidget(section)
        column.addWidget(self.download)
        self.details.setVisible(False)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)

    def _connect(self) -> None:
        session, details = self._session, self.details
        self.search.textChanged.connect(self._search)
        self.search.entered.connect(self._go_to_table)
        self.open_file.clicked.connect(self.opening.choose_file)
        self.open_folder.clicked.connect(self.opening.choose_folder)
        self.opening.refused.connect(self._tell_failure)
        self.opening.said.connect(self._tell_notice)
        self.opening.opened.connect(self.chosen)
        self.opening.download_asked.connect(self.ask_to_download)
        self.opening.document_asked.connect(self.document_asked)
        self.drop_target.dropped.connect(self.opening.open_dropped)
        self.download.downloaded.connect(self.opening.open_named)
        self.reader.read.connect(self._take_bundles)
        self.reader.finished.connect(self._take_all)
        self.reader.failed.connect(self._tell_failure)
        self.table.chosen.connect(self._show_chosen)
        self.table.load_asked.connect(details.ask_to_load)
        self.table.remove_asked.connect(self._remove)
        details.load_asked.connect(self._load)
        details.rename_asked.connect(self._rename)
        details.reveal_asked.connect(self._reveal)
        details.remove_asked.connect(self._remove)
        session.model_changed.connect(self._take_model)
        session.model_renamed.connect(self._show_chosen)
        session.proof_changed.connect(self._take_proof)
        session.phase_changed.connect(self._take_phase)
        session.progressed.connect(self.notices.progress.show_progress)
        session.went_back.connect(self._tell_return)
        session.model_asked.connect(self._forget_return)
        self.notices.progress.stop_asked.connect(session.stop_loading)
        theme.themed.connect(self._dress)
        for keys, act in (
            ("Ctrl+F", self.search.take_focus),
            ("F2", self._rename),
            ("Ctrl+O", self.opening.choose_file),
            ("Ctrl+Alt+O", self.opening.choose_folder),
            ("Ctrl+Shift+O", self.close),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    @Slot()
    def _dress(self) -> None:
        self.heading.setFont(theme.ui_font(18, QFont.Weight.DemiBold))
        self.facts.setFont(theme.ui_font(13))
