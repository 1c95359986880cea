"""An ONNX file that is no language model, or none that can be chatted with: opened only to be looked into.

Knows nothing about sessions; it is run only for a neuron to be spelled out, by what it is given for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from inference.contract import Loaded, ProviderChoice
from models.errors import ModelFileError, TokenizerError, VitrineError
from models.escaping import escape_text
from models.graph_runner import GraphRunner
from models.import_report import ImportReport

if TYPE_CHECKING:
    from inference.formula.formulas import Formulas
    from inference.tensors.inspector import Inspector

NO_CHAT = frozenset(
    (
        "no-tokenizer",
        "no-token-ids",
        "no-cache",
        "no-logits",
        "unexpected-input",
        "cache-without-present",
        "unsupported-cache-type",
        "unknown-cache-shape",
        "unexpected-cache",
        "logits-not-finite",
        "cache-mismatch",
        "context-too-short",
    )
)
"""Failures of an import that say: this is a sound graph, but nothing to chat with."""


@dataclass(frozen=True, eq=False)
class InspectedFile:
    """One file.

    Args:
        path: of it.
        inspector: looks at it.
        why: there can be no chat with it, one sentence.
        open_graph: opens it to be run.
    """

    path: Path
    inspector: Inspector
    why: str
    open_graph: GraphRunner

    @cached_property
    def formulas(self) -> Formulas:
        """Spells out its neurons, on an input that is made up."""
        # What it needs is wanted only by those who look.
        from inference.formula.formulas import Formulas
        from inference.formula.made_up_run import MadeUpRun

        (graph,) = self.inspector.graphs.values()
        run = MadeUpRun(self.path, graph, self.open_graph)
        return Formulas(
            self.inspector, run.observed, rounds_blocks=True, places_of=run.places_of, expect=run.expect
        )

    def loaded(self, load_ms: float) -> Loaded:
        """The event that says so."""
        anatomy = self.inspector.anatomy()
        report = ImportReport(
            recognised="ONNX graph",
            format="onnx",
            source=str(self.path),
            sites=(),
            attention_refused=self.why,
            source_precision="",
            precision="",
            precision_error=0.0,
            tokenizer="",
            chat_template=None,
            weight_bytes=anatomy.nbytes,
            cache_bytes=0,
            capture_bytes=0,
            disk_bytes=self.path.stat().st_size,
        )
        return Loaded(
            name=escape_text(self.path.stem),
            architecture="ONNX",
            parameters=anatomy.parameters,
            precision="",
            layers=0,
            heads=0,
            vocabulary=(),
            special_ids=frozenset(),
            end_ids=frozenset(),
            context=0,
            provider=ProviderChoice("CPU", "nothing runs", "", 0),
            chat_template=None,
            load_ms=load_ms,
            imported=False,
            folder=str(self.path.parent),
            report=report,
            inside_only=self.why,
        )


def opened_inside(path: Path | None, error: VitrineError, open_graph: GraphRunner) -> InspectedFile | None:
    """The file that could not be opened as a language model, to be looked into; ``None`` where that is no use.

    Args:
        path: that was to be loaded.
        error: that came of it.
        open_graph: opens its graph, should somebody want it run.

    Raises:
        VitrineError: the file itself is damaged.
    """
    if path is None or error.case not in NO_CHAT or not isinstance(error, ModelFileError | TokenizerError):
        return None
    from inference.tensors.inspector import Inspector
    from models.exports.folder import FolderKind, examine_folder
    from models.weights.inspected_graph import file_graphs

    found = examine_folder(path)
    if found.kind is not FolderKind.ONNX:
        return None
    graph = found.best_variant("CPU").path
    return InspectedFile(graph, Inspector(file_graphs(graph), "file"), error.what, open_graph)
