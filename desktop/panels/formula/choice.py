"""Which neuron is spelled out: block, layer, its number, or whichever is the largest or stands in the text.

Knows nothing about what it computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from desktop import theme
from desktop.controls.choice_box import ChoiceBox
from desktop.controls.numbers import format_count
from desktop.controls.place_field import PlaceField
from desktop.controls.wrapping_row import WrappingRow
from desktop.panels.formula.wording import group_title, layer_title
from inference.formula.contract import NO_BLOCK, NeuronLayer
from models.anatomy.parts import Part

_MOST = 2**31 - 1
_WORD_WIDTH = 130


class Wanted(Enum):
    """Which neuron of a layer."""

    NUMBER = "number"
    """The one whose number stands in the field, at every token."""
    LARGEST = "largest"
    """The one whose value is the largest at the token."""
    WORD = "word"
    """Of the head, the one of the word that stands in the text."""


class NeuronChoice(QWidget):
    """The controls.

    Args:
        parent: the widget it lies in.
    """

    changed = Signal()
    """A person chose another neuron."""
    word_typed = Signal(str)
    """A person wants the logit of a word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[NeuronLayer, ...] = ()
        self._groups: list[list[int]] = []
        self.layer = -1
        """Index of the layer, -1 while none are known."""
        self.wanted = Wanted.WORD
        self.groups = ChoiceBox()
        self.parts = ChoiceBox()
        self.neuron = PlaceField(self.tr("Number of the output"))
        self.largest = QPushButton(self.tr("Largest"))
        self.word = QPushButton(self.tr("Word in the text"))
        self.other = QLineEdit()
        self._arrange()

    @property
    def chosen(self) -> NeuronLayer | None:
        """The layer."""
        return self._layers[self.layer] if 0 <= self.layer < len(self._layers) else None

    def show_layers(self, layers: Sequence[NeuronLayer]) -> None:
        """Offer other layers; the head of a language model is chosen first, of any other graph the last one."""
        self._layers = tuple(layers)
        self._groups = []
        titles: list[str] = []
        for index, layer in enumerate(self._layers):
            title = group_title(layer)
            if layer.block != NO_BLOCK and titles and titles[-1] == title:
                self._groups[-1].append(index)
            else:
                titles.append(title)
                self._groups.append([index])
        self._fill(self.groups, titles)
        heads = [index for index, layer in enumerate(self._layers) if layer.part == Part.HEAD.value]
        first = heads[0] if heads else len(self._layers) - 1
        self.choose(first, Wanted.WORD if heads else Wanted.LARGEST)

    def choose(self, layer: int, wanted: Wanted, neuron: int | None = None) -> None:
        """Choose a neuron, without a word."""
        self.layer, self.wanted = layer, wanted
        chosen = self.chosen
        group = next((place for place, one in enumerate(self._groups) if layer in one), -1)
        members = self._groups[group] if group >= 0 else []
        self.groups.blockSignals(True)
        self.groups.setCurrentIndex(group)
        self.groups.blockSignals(False)
        self._fill(self.parts, [layer_title(self._layers[index]) for index in members])
        self.parts.blockSignals(True)
        self.parts.setCurrentIndex(members.index(layer) if layer in members else -1)
        self.parts.blockSignals(False)
        self.parts.setVisible(len(members) > 1)
        is_head = chosen is not None and chosen.part == Part.HEAD.value
        for widget in (self.word, self.other):
            widget.setVisible(is_head)
        if wanted is Wanted.WORD and not is_head:
            self.wanted = Wanted.LARGEST
        self.neuron.blockSignals(True)
        count = min(max(chosen.neurons if chosen else 1, 1), _MOST)
        self.neuron.setRange(0, count - 1)
        self.neuron.setSuffix(self.tr(" of {count}").format(count=format_count(count)))
        said = self.tr("Which output of the layer, from 0 to {last} (arrow keys or the wheel).")
        self.neuron.setToolTip(said.format(last=format_count(count - 1)))
        self.neuron.blockSignals(False)
        if neuron is not None:
            self.show_neuron(neuron)
        self._show_wanted()

    def show_neuron(self, neuron: int) -> None:
        """Show which neuron the answer is about."""
        self.neuron.blockSignals(True)
        self.neuron.setValue(neuron)
        self.neuron.blockSignals(False)

    def _show_wanted(self) -> None:
        known = self.chosen is not None and not self.chosen.why_not
        for button, wanted in ((self.largest, Wanted.LARGEST), (self.word, Wanted.WORD)):
            button.setChecked(self.wanted is wanted)
            button.setEnabled(known)
        self.neuron.setEnabled(known)

    @staticmethod
    def _fill(box: QComboBox, titles: Sequence[str]) -> None:
        box.blockSignals(True)
        box.clear()
        box.addItems(list(titles))
        box.blockSignals(False)

    # ------------------------------------------------------------ from a person

    @Slot(int)
    def _choose_group(self, group: int) -> None:
        if not 0 <= group < len(self._groups):
            return
        members = self._groups[group]
        before = self.chosen
        # The same part of another block, where there is one.
        same = [index for index in members if before is not None and self._layers[index].part == before.part]
        layer = same[0] if same else members[0]
        is_head = self._layers[layer].part == Part.HEAD.value
        kept = self.wanted is Wanted.NUMBER and before is not None
        kept = kept and before is not None and before.neurons == self._layers[layer].neurons
        self.choose(layer, Wanted.NUMBER if kept else Wanted.WORD if is_head else Wanted.LARGEST)
        self.changed.emit()

    @Slot(int)
    def _choose_part(self, part: int) -> None:
        group = self.groups.currentIndex()
        if 0 <= group < len(self._groups) and 0 <= part < len(self._groups[group]):
            self.choose(self._groups[group][part], Wanted.LARGEST)
            self.changed.emit()

    @Slot()
    def _choose_number(self) -> None:
        self.wanted = Wanted.NUMBER
        self._show_wanted()
        self.changed.emit()

    @Slot()
    def _choose_largest(self) -> None:
        self.wanted = Wanted.LARGEST
        self._show_wanted()
        self.changed.emit()

    @Slot()
    def _choose_word(self) -> None:
        self.wanted = Wanted.WORD
        self._show_wanted()
        self.changed.emit()

    @Slot()
    def _type_word(self) -> None:
        if self.other.text().strip():
            self.word_typed.emit(self.other.text())

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        self.groups.setAccessibleName(self.tr("Block or layer"))
        self.groups.setToolTip(self.tr("The block of the model, or the layer outside of blocks."))
        self.parts.setAccessibleName(self.tr("Layer of the block"))
        self.parts.setToolTip(self.tr("Which of the block's products with weights."))
        self.neuron.setKeyboardTracking(False)
        self.largest.setToolTip(self.tr("The output whose value is the largest at each token."))
        self.word.setToolTip(self.tr("The logit of the word that stands in the text."))
        self.other.setPlaceholderText(self.tr("Another word"))
        self.other.setAccessibleName(self.tr("A word whose logit is spelled out"))
        self.other.setToolTip(self.tr("Type a word and press Enter: its logit is spelled out."))
        self.other.setMaxLength(200)
        for button in (self.largest, self.word):
            button.setCheckable(True)
            button.setAccessibleName(button.text())
            button.setAccessibleDescription(button.toolTip())
        row = WrappingRow(2 * theme.SPACE, self)
        for widget in (self.groups, self.parts, self.neuron, self.largest, self.word, self.other):
            row.addWidget(widget)
        for box in (self.groups, self.parts):
            box.view().setAccessibleName(box.accessibleName())
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.groups.activated.connect(self._choose_group)
        self.parts.activated.connect(self._choose_part)
        self.neuron.valueChanged.connect(self._choose_number)
        self.largest.clicked.connect(self._choose_largest)
        self.word.clicked.connect(self._choose_word)
        self.other.returnPressed.connect(self._type_word)
        theme.themed.connect(self._dress)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        self.other.setFixedWidth(theme.scaled(_WORD_WIDTH))
