"""How neurons, their terms and what they add up to are put into words.

Knows no widget.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_exact, format_percent
from desktop.panels.layers.wording import part_title
from desktop.session import Session
from inference.formula.contract import NO_BLOCK, Formula, NeuronLayer
from models.anatomy.parts import Part
from models.escaping import escape_text
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LONGEST_NAME = 80
_INTO_RESIDUAL = (Part.ATTENTION_OUTPUT.value, Part.DOWN.value)
_NEURONS = (Part.GATE.value, Part.UP.value, Part.GATE_UP.value)
_LONGEST_WORD, _MOST_PIECES = 30, 6


def why_empty(session: Session) -> str:
    """Why nothing can be shown; empty where something can."""
    if session.model is None:
        return translate(
            "Formula",
            "Here you will see anything that the model computes with weights as a formula in real numbers, once one "
            "is loaded.",
        )
    if session.recorded:
        return translate(
            "Formula", "A recording holds no weights: they are in the model, which is not there."
        )
    if not session.inside_only and not session.tokens:
        return translate(
            "Formula",
            "Send a message: any number of the model is then spelled out, inputs times weights, for every token.",
        )
    return ""


def group_title(layer: NeuronLayer) -> str:
    """What the block or the layer that neurons lie in is called."""
    if layer.block != NO_BLOCK:
        return translate("Formula", "Block {number}").format(number=layer.block)
    return layer_title(layer)


def layer_title(layer: NeuronLayer) -> str:
    """What a layer is called within its block."""
    if not layer.part:
        return escape_text(layer.name, _LONGEST_NAME)
    if layer.part == Part.HEAD.value:
        # The heads of attention are called heads too.
        return translate("Formula", "Logits (head)")
    title = part_title(layer.part)
    return title[:1].upper() + title[1:]


def number_text(value: float, digits: int = 4) -> str:
    """A number of any kind, with the sign of people and not of programs."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return format_exact(value, digits).replace("-", "−")


def decimals_for(largest: float, digits: int) -> int | None:
    """Digits after the decimal sign for numbers of one column; ``None`` where only a power of ten tells them.

    Args:
        largest: the largest magnitude in it.
        digits: that it is to be written with.
    """
    if not math.isfinite(largest) or not 1e-3 <= largest < 1e6:
        return None
    return max(digits - 1 - math.floor(math.log10(largest)), 0)


def column_text(value: float, decimals: int | None, digits: int) -> str:
    """A number of a column, so that decimal signs stand below each other."""
    if decimals is None or not math.isfinite(value):
        return number_text(value, digits)
    return format_decimal(value, decimals).replace("-", "−")


def signed_text(value: float, digits: int = 4) -> str:
    """The same with its sign in any case."""
    return ("+" if value > 0 else "") + number_text(value, digits)


def subscript(number: int) -> str:
    """A number as an index."""
    return str(number).translate(_SUBSCRIPTS)


def neuron_title(session: Session, layer: NeuronLayer, neuron: int) -> str:
    """Which number of its layer, for people: only those of an MLP, and of any other graph, are called neurons."""
    number = format_count(neuron)
    if layer.part == Part.HEAD.value:
        piece = word_of(session, neuron)
        if piece:
            return translate("Formula", "logit of “{piece}”").format(piece=piece)
        return translate("Formula", "logit {number}").format(number=number)
    if layer.part in _INTO_RESIDUAL:
        return translate("Formula", "entry {number} of the residual stream").format(number=number)
    if layer.heads:
        head, entry = divmod(neuron, layer.neurons // layer.heads)
        return translate("Formula", "entry {entry} of head {head}").format(head=head, entry=entry)
    if layer.places:
        row, column = divmod(neuron % layer.sharing, layer.places[1])
        return translate("Formula", "filter {number}, row {row}, column {column}").format(
            number=neuron // layer.sharing, row=row, column=column
        )
    if layer.part and layer.part not in _NEURONS:
        return translate("Formula", "output {number}").format(number=number)
    return translate("Formula", "neuron {number}").format(number=number)


def word_of(session: Session, token: int) -> str:
    """The text of a token of the vocabulary; empty where there is none."""
    vocabulary = session.model.vocabulary if session.model is not None else ()
    return render_piece(vocabulary[token]) if 0 <= token < len(vocabulary) else ""


def several_tokens(session: Session, word: str, tokens: Sequence[int]) -> str:
    """That a word is several tokens, which, and that the first is shown; empty for a word that is one.

    Args:
        session: whose vocabulary it is.
        word: as typed.
        tokens: what the tokenizer makes of it.
    """
    if len(tokens) < 2:
        return ""
    listed = " ".join(f"“{word_of(session, one)}”" for one in tokens[:_MOST_PIECES])
    said = translate("Formula", "“{word}” is {count} tokens, {pieces}: the logit of the first is shown.")
    return said.format(
        word=escape_text(word.strip(), _LONGEST_WORD),
        count=format_count(len(tokens)),
        pieces=listed + (" …" if len(tokens) > _MOST_PIECES else ""),
    )


def moment(session: Session, position: int) -> str:
    """When the numbers are from: the token that was read, and the one that was chosen then."""
    if session.inside_only:
        return translate("Formula", "on a made-up input: random numbers from 0 to 1")
    tokens = session.tokens
    if not 0 <= position < len(tokens):
        return ""
    said = translate("Formula", "after token {position} “{piece}”").format(
        position=format_count(position), piece=render_piece(tokens[position].piece)
    )
    if position + 1 < len(tokens):
        follows = translate("Formula", "“{piece}” follows").format(
            piece=render_piece(tokens[position + 1].piece)
        )
        said += f", {follows}"
    return said


def headline(session: Session, layer: NeuronLayer, formula: Formula) -> str:
    """Which neuron, and when."""
    named = neuron_title(session, layer, formula.neuron)
    when = moment(session, formula.position)
    return " · ".join(filter(None, [named[:1].upper() + named[1:], when]))


def term_title(layer: NeuronLayer, term: int) -> str:
    """Which input a term has, for people."""
    if layer.input_heads and layer.inputs % layer.input_heads == 0:
        head, entry = divmod(term, layer.inputs // layer.input_heads)
        return translate("Formula", "in{index}, head {head}, entry {entry}").format(
            index=subscript(term), head=head, entry=entry
        )
    return f"in{subscript(term)}"


def source_sentence(layer: NeuronLayer) -> str:
    """Where the inputs come from."""
    match layer.source:
        case Part.ATTENTION_NORM.value | Part.MLP_NORM.value | Part.FINAL_NORM.value:
            said = translate("Formula", "The inputs are the residual stream after the {norm}.")
            return said.format(norm=part_title(layer.source))
        case Part.ATTENTION.value:
            return translate("Formula", "The inputs are what the heads of attention put together.")
        case Part.ACTIVATION.value:
            return translate(
                "Formula",
                "The inputs are neurons of the MLP: an activated gate times its up projection. Double-click one to "
                "see its gate spelled out.",
            )
    return ""


def reason_sentence(formula: Formula) -> str:
    """Why the runtime's sum is another one."""
    if not math.isfinite(formula.sum) or not math.isfinite(formula.computed):
        return translate("Formula", "There are numbers in it that are infinite or no numbers (NaN).")
    left, rounded = formula.rounded_difference, formula.rounded_sum
    if left is not None and rounded is not None and formula.rounding_explains:
        return translate(
            "Formula",
            "The runtime's kernel rounds the inputs to 8 bits, in blocks of {block} that share a scale (accuracy "
            "level 4). With inputs rounded so the sum comes out as {sum}, {left} from the runtime's.",
        ).format(
            block=formula.block,
            sum=number_text(rounded, 7),
            left=number_text(abs(left), 2),
        )
    if formula.rounding == "half":
        return translate(
            "Formula", "The runtime computes with 16-bit numbers; here they are added up in 64 bits."
        )
    return translate(
        "Formula", "The runtime adds up 32-bit numbers in an order of its own; here they have 64 bits."
    )


def difference_text(formula: Formula) -> str:
    """The difference between the sums, with its share."""
    said = signed_text(formula.difference, 3) if formula.difference else "0"
    if formula.sum and math.isfinite(formula.difference):
        share = format_percent(abs(formula.difference / formula.sum))
        said += translate("Formula", " ({share} %)").format(share=share)
    return said
