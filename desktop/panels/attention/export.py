"""What can be taken away from the attention panel: the picture, the row at the cursor, all numbers of a head.

Knows nothing about widgets but the menu; the panel hands it what is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.controls.export_menu import ChoosePath, ExportMenu, ask_for_path
from desktop.controls.table_text import Table
from desktop.panels.attention.figure import AttentionFigure
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.session import Head
from inference.contract import FloatArray, Proof, Token
from models.tokenizer.pieces import render_piece


@dataclass(frozen=True, slots=True)
class ShownHead:
    """What is shown at a moment.

    Args:
        model: its name.
        proof: what is known about the numbers.
        layer: from 0.
        head: from 0, or which mixture of heads.
        row: the query at the cursor, -1 for none.
        tokens: the whole sequence.
        rows: how many queries the map has.
        matrix: their weights as far as they are known.
    """

    model: str
    proof: Proof | None
    layer: int
    head: Head
    row: int
    tokens: list[Token]
    rows: int
    matrix: AttentionMatrix

    def weights(self) -> FloatArray:
        """All weights: ``float32 [query, key]``, zero above the diagonal, NaN in rows that are not known."""
        weights = np.zeros((self.rows, self.rows), np.float32)
        for query in range(self.rows):
            row = self.matrix.row(query)
            weights[query, : query + 1] = np.nan if row is None else row
        return weights

    def table(self) -> Table:
        """The row at the cursor: each key with its weight; no rows where it is not known."""
        weights = self.matrix.row(self.row)
        columns = ("query", "key", "id", "piece", "weight")
        if weights is None:
            return Table(columns, [])
        keys = zip(self.tokens, weights.tolist(), strict=False)
        return Table(
            columns,
            [(self.row, key, token.id, render_piece(token.piece), w) for key, (token, w) in enumerate(keys)],
        )

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """``ids [token]``, ``attention [query, key]`` and ``facts``, a JSON object as text."""
        proof = self.proof
        facts = {
            "model": self.model,
            "layer": self.layer,
            "head": self.head,
            "proof": None if proof is None else proof.kind,
            "max_delta": None if proof is None else proof.max_delta,
        }
        return {
            "ids": np.array([token.id for token in self.tokens[: self.rows]], np.int64),
            "attention": self.weights(),
            "facts": np.array(json.dumps(facts)),
        }

    def csv(self) -> str:
        """All weights as CSV: a line for each query, a column for each key, empty where nothing is known."""
        names = ",".join(f"key_{key}" for key in range(self.rows))
        lines = [f"query,id,{names}" if names else "query,id"]
        for query in range(self.rows):
            row = self.matrix.row(query)
            # One format for a whole row: formatting numbers one by one would take seconds for a long reply.
            known = "" if row is None else "%.9g," * (query + 1) % tuple(row.tolist())
            cells = known[:-1] + "," * (self.rows - query - 1) if known else "," * (self.rows - 1)
            lines.append(f"{query},{self.tokens[query].id},{cells}")
        return "\r\n".join(lines) + "\r\n"


class AttentionExport(ExportMenu):
    """The panel's menu.

    Args:
        parent: the panel.
        shown: tells what is shown now.
        figure: draws the picture.
        compose: called before the picture is drawn.
        choose_path: asks where to save.
    """

    def __init__(
        self,
        parent: QWidget,
        shown: Callable[[], ShownHead],
        figure: AttentionFigure,
        compose: Callable[[], None],
        choose_path: ChoosePath = ask_for_path,
    ) -> None:
        self._shown = shown
        self._compose = compose
        super().__init__(
            "attention",
            parent,
            table=lambda: shown().table(),
            picture=figure,
            arrays=lambda: shown().arrays(),
            choose_path=choose_path,
        )
        self.addAction(self.tr("Save weights as CSV…"), self.save_csv)

    @Slot()
    def save_picture(self) -> None:
        """Save the picture as it is now."""
        self._compose()
        super().save_picture()

    @Slot()
    def save_csv(self) -> None:
        """Save all weights of the head where a person says."""
        path = self._ask(self.tr("Save weights"), "csv", self.tr("CSV (*.csv)"))
        if path is not None:
            self._save(path, self._shown().csv().encode())
