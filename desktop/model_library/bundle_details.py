"""What is known about the chosen bundle of the library, and what can be done with it.

Knows nothing about how any of that is done; it tells what was asked for.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.choice_box import ChoiceBox
from desktop.controls.elided_label import ElidedLabel
from desktop.model_library.columns import elsewhere_text, shown_name
from desktop.model_library.report_view import ReportView
from desktop.model_library.wording import ImportedModel, being_measured, not_measured, size_text, subtitle
from models.bundle_shelf import BundleState, ShelvedBundle
from models.escaping import escape_text

ACTIONS_WIDTH, HEIGHT = 176, 284


class BundleDetails(QWidget):
    """The report at the left, buttons at the right.

    Args:
        parent: the widget it lies in.
    """

    load_asked = Signal(str)
    """Load the bundle; the variant that was chosen."""
    rename_asked = Signal()
    reveal_asked = Signal()
    remove_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bundle: ShelvedBundle | None = None
        self.name = ElidedLabel()
        self.about = ElidedLabel()
        self.about.setProperty("look", "soft")
        self.place = ElidedLabel()
        self.place.setProperty("look", "soft")
        self.elsewhere = QLabel()
        self.elsewhere.setTextFormat(Qt.TextFormat.PlainText)
        self.elsewhere.setWordWrap(True)
        self.elsewhere.setProperty("look", "soft")
        self.problem = QLabel()
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.report = ReportView()
        self.load = QPushButton(self.tr("Load"))
        self.load.setProperty("look", "primary")
        self.load.clicked.connect(self.ask_to_load)
        self.variants = ChoiceBox()
        self.variants.setAccessibleName(self.tr("Variant"))
        self.variants.setToolTip(self.tr("Which of the source's graphs or precisions is loaded"))
        self.rename = QPushButton(self.tr("Rename …"))
        self.rename.clicked.connect(self.rename_asked)
        self.reveal = QPushButton(self.tr("Show folder"))
        self.reveal.clicked.connect(self.reveal_asked)
        self.remove = QPushButton(self.tr("Remove …"))
        self.remove.clicked.connect(self.remove_asked)
        self._compose()
        theme.themed.connect(self._dress)
        self._dress()

    def show_bundle(self, bundle: ShelvedBundle, in_use: bool, busy: bool) -> None:
        """Show a bundle.

        Args:
            bundle: which.
            in_use: whether it is the loaded one.
            busy: whether a model is being loaded now.
        """
        self._dress()
        another = self._bundle is None or self._bundle.folder != bundle.folder
        self._bundle = bundle
        self.name.say(shown_name(bundle))
        folder = escape_text(str(bundle.folder), 400)
        source = escape_text(bundle.facts.report.source, 400) if bundle.facts is not None else ""
        place = self.tr("from {source}, kept in {folder}").format(source=source, folder=folder)
        self.place.say(place if source else folder)
        self.elsewhere.setText(elsewhere_text(bundle))
        self.elsewhere.setVisible(bool(self.elsewhere.text()))
        self.problem.setText(bundle.problem)
        self.problem.setVisible(bool(bundle.problem))
        facts = bundle.facts
        self.report.setVisible(facts is not None)
        if facts is None:
            not_yet = {
                BundleState.DEFAULT: self.tr(
                    "The default model. Loading it imports it, which takes a few seconds, once."
                ),
                BundleState.DOWNLOADED: self.tr("Fetched from the hub. Loading it imports it, once."),
            }
            self.about.say(not_yet.get(bundle.state, size_text(bundle.bytes)))
        else:
            shown = ImportedModel(
                shown_name(bundle), facts.architecture, facts.parameters, facts.context, facts.report
            )
            refusal = facts.report.attention_refused or ""
            if not refusal and bundle.proof is not None and bundle.proof.refused:
                refusal = bundle.proof.reason
            self.about.say(subtitle(shown))
            self.report.show_model(
                shown, bundle.proof, refusal, being_measured() if in_use else not_measured()
            )
        self._offer_variants(bundle, another)
        self.load.setText(self.tr("In use") if in_use else self.tr("Load"))
        self.load.setEnabled(bundle.loadable and not busy and not (in_use and not self._other_variant()))
        self._in_use, self._busy = in_use, busy
        self.rename.setEnabled(bundle.state is BundleState.READY)
        self.remove.setEnabled(not in_use and bundle.state is not BundleState.DEFAULT)
        self.remove.setToolTip(
            self.tr("It is in use: load another model first.")
            if in_use
            else self.tr("Comes with Vitrine; there is nothing to remove.")
            if bundle.state is BundleState.DEFAULT
            else self.tr("Frees {size}.").format(size=size_text(bundle.bytes))
        )
        self.remove.setAccessibleDescription(self.remove.toolTip())

    @Slot()
    def ask_to_load(self) -> None:
        """Tell that the shown bundle is to be loaded, where that is possible."""
        if self.load.isEnabled():
            self.load_asked.emit(self._other_variant())

    def _other_variant(self) -> str:
        """The chosen variant, empty where it is the bundle's own."""
        chosen = self.variants.currentData() if self.variants.isVisibleTo(self) else ""
        facts = self._bundle.facts if self._bundle is not None else None
        return str(chosen) if chosen and facts is not None and chosen != facts.report.variant else ""

    def _offer_variants(self, bundle: ShelvedBundle, another: bool) -> None:
        variants = bundle.facts.report.variants if bundle.facts is not None else ()
        if another or self.variants.count() != len(variants):
            self.variants.blockSignals(True)
            self.variants.clear()
            for variant in variants:
                name = escape_text(variant.name)
                size = f" · {size_text(variant.size)}" if variant.size else ""
                self.variants.addItem(name + size, variant.name)
            own = bundle.facts.report.variant if bundle.facts is not None else ""
            self.variants.setCurrentIndex(max(self.variants.findData(own), 0))
            self.variants.blockSignals(False)
        self.variants.setVisible(len(variants) > 1)

    @Slot()
    def _choose_variant(self) -> None:
        if self._bundle is not None:
            other = self._other_variant()
            self.load.setText(self.tr("In use") if self._in_use and not other else self.tr("Load"))
            self.load.setEnabled(self._bundle.loadable and not self._busy and bool(other or not self._in_use))

    def _compose(self) -> None:
        self._in_use = self._busy = False
        self.variants.currentIndexChanged.connect(self._choose_variant)
        told = QWidget()
        left = QVBoxLayout(told)
        left.setContentsMargins(0, 0, 3 * theme.SPACE, 0)
        left.setSpacing(theme.SPACE)
        left.addWidget(self.name)
        left.addWidget(self.about)
        left.addWidget(self.problem)
        left.addSpacing(2 * theme.SPACE)
        left.addWidget(self.report)
        left.addSpacing(theme.SPACE)
        left.addWidget(self.elsewhere)
        left.addWidget(self.place)
        left.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(told)
        told.setAutoFillBackground(False)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(2 * theme.SPACE)
        for widget in (self.load, self.variants, self.rename, self.reveal, self.remove):
            right.addWidget(widget)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * theme.SPACE, 3 * theme.SPACE, 4 * theme.SPACE, 3 * theme.SPACE)
        row.setSpacing(4 * theme.SPACE)
        row.addWidget(area, 1)
        row.addWidget(self._right)

    @Slot()
    def _dress(self) -> None:
        self.name.setFont(theme.ui_font(15, QFont.Weight.DemiBold))
        self.about.setFont(theme.ui_font(12))
        self.place.setFont(theme.ui_font(12))
        self.elsewhere.setFont(theme.ui_font(12))
        self.problem.setFont(theme.ui_font(13))
        colours = self.problem.palette()
        colours.setColor(self.problem.foregroundRole(), theme.colour(theme.current().warning))
        self.problem.setPalette(colours)
        self._right.setFixedWidth(theme.scaled(ACTIONS_WIDTH))
        self.setFixedHeight(theme.scaled(HEIGHT))
