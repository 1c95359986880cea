"""A bundle: a model's folder, ready to run, and the facts about it.

Knows nothing about where a bundle came from or who runs it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.attention_site import AttentionSite
from models.errors import ModelFileError
from models.escaping import escape_text
from models.import_report import ImportReport
from models.tokenizer.tokenizer import Tokenizer, TokenizerFacts
from models.wiring import Wiring

FORMAT = 2
"""Raised whenever an older bundle cannot be read any more; it is then imported again."""

FACTS, BODY_GRAPH, HEAD_GRAPH, WEIGHTS = "bundle.json", "body.onnx", "head.onnx", "weights.bin"
TOKENIZER, CHAT_TEMPLATE, PROOFS = "tokenizer.json", "chat_template.jinja", "proofs.json"
ARRAYS = "arrays.npz"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file outside the bundle that its graphs refer to.

    Args:
        path: of it.
        size: its bytes when it was imported.
        modified_ns: its time of modification then.
    """

    path: str
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> SourceFile:
        """What is known of a file now.

        Raises:
            OSError: there is none.
        """
        status = path.stat()
        return cls(str(path), status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What is known about a bundle without opening its graphs.

    Args:
        format: of the bundle.
        name: for people.
        architecture: its registered name.
        parameters: how many numbers were learnt.
        precision: registered name of the precision.
        precision_label: how the weights are kept, for people.
        layers: decoder layers.
        heads: query heads a layer.
        key_value_heads: key and value heads a layer.
        head_size: entries of one head.
        width: entries of the residual stream.
        vocabulary: tokens.
        context: positions of the key/value cache.
        sites: every attention operation that can be shown, by layer; none where attention is refused.
        wiring: how its graphs are run.
        source: name of the file it was made from.
        source_sha256: that file's content hash.
        licence: what the file says of its licence, if anything.
        tokenizer: what the tokenizer's file does not say.
        report: what the import found and did.
        weights_folder: where the graphs' weights lie; ``None`` is the bundle's own folder.
        source_files: files outside the bundle that are needed to run it.
        untouched: path of the export's own graph, which the bundle's were made from; ``None`` where the graphs were
            built here.
        untouched_logits: name of its output with the logits.
    """

    format: int
    name: str
    architecture: str
    parameters: int
    precision: str
    precision_label: str
    layers: int
    heads: int
    key_value_heads: int
    head_size: int
    width: int
    vocabulary: int
    context: int
    sites: tuple[AttentionSite, ...]
    wiring: Wiring
    source: str
    source_sha256: str
    licence: str | None
    tokenizer: TokenizerFacts
    report: ImportReport
    weights_folder: str | None = None
    source_files: tuple[SourceFile, ...] = ()
    untouched: str | None = None
    untouched_logits: str = "logits"

    def to_json(self) -> str:
        """These facts as JSON text."""
        fields = {
            **asdict(self),
            "tokenizer": self.tokenizer.to_dict(),
            "wiring": self.wiring.to_dict(),
            "report": self.report.to_dict(),
        }
        return json.dumps(fields, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> BundleFacts:
        """Read what `to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: the text is something else.
        """
        fields: dict[str, Any] = json.loads(text)
        if fields["format"] != FORMAT:
            raise ValueError(f"bundle format {fields['format']} where {FORMAT} was expected")
        sites = tuple(AttentionSite(**site) for site in fields.pop("sites"))
        return cls(
            **{
                **fields,
                "sites": sites,
                "tokenizer": TokenizerFacts.from_dict(fields["tokenizer"]),
                "wiring": Wiring.from_dict(fields["wiring"]),
                "report": ImportReport.from_dict(fields["report"]),
                "source_files": tuple(SourceFile(**one) for one in fields["source_files"]),
            }
        )


def name_at(path: Path) -> str:
    """What people call the model at a path: a bundle's own name, otherwise the path's last part; untrusted."""
    try:
        name = json.loads((path / FACTS).read_text("utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return path.name
    return name if isinstance(name, str) else path.name


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle's folder and facts."""

    folder: Path
    facts: BundleFacts

    @classmethod
    def open(cls, folder: Path) -> Bundle:
        """Open a bundle.

        Raises:
            ModelFileError: it is damaged, incomplete or of another format.
        """
        try:
            facts = BundleFacts.from_json((folder / FACTS).read_text("utf-8"))
            own_weights = [WEIGHTS] if facts.weights_folder is None else []
            for name in (BODY_GRAPH, HEAD_GRAPH, TOKENIZER, *own_weights):
                if not (folder / name).is_file():
                    raise ValueError(f"{name} is missing")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelFileError(
                "damaged-bundle",
                f"The imported model in {folder} cannot be read ({error}).",
                "Delete that folder; the model is imported again from its file.",
            ) from error
        return cls(folder, facts)

    @property
    def weights_folder(self) -> Path:
        """The folder that the graphs' references to weights start from."""
        return self.folder if self.facts.weights_folder is None else Path(self.facts.weights_folder)

    def check_source(self) -> None:
        """Make sure that the files outside the bundle are still what was imported.

        Raises:
            ModelFileError: one of them was deleted or changed; it is named.
        """
        for known in self.facts.source_files:
            name = escape_text(Path(known.path).name)
            try:
                now = SourceFile.of(Path(known.path))
            except OSError:
                raise ModelFileError(
                    "source-missing",
                    f"{self.facts.name} is in the library, but its file “{name}” is gone; it was in "
                    f"{escape_text(str(Path(known.path).parent))}.",
                    "Put it back, or open the model from where it is now.",
                ) from None
            if now != known:
                raise ModelFileError(
                    "source-changed",
                    f"The file “{name}” of {self.facts.name} changed since it was imported.",
                    "Open the model again from its file.",
                )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Arrays that attention sites name.

        Raises:
            ModelFileError: their file is damaged.
        """
        path = self.folder / ARRAYS
        try:
            if not path.is_file():
                return {}
            with np.load(path, allow_pickle=False) as stored:
                return dict(stored)
        except (OSError, ValueError, EOFError) as error:
            raise ModelFileError(
                "damaged-bundle",
                f"The imported model in {self.folder} cannot be read ({error}).",
                "Delete that folder; the model is imported again from its file.",
            ) from error

    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer.

        Raises:
            TokenizerError: its file is damaged.
        """
        return Tokenizer.from_json((self.folder / TOKENIZER).read_text("utf-8"), self.facts.tokenizer)

    def chat_template(self) -> str | None:
        """The Jinja source of the chat template; ``None`` where the model has none."""
        path = self.folder / CHAT_TEMPLATE
        return path.read_text("utf-8") if path.is_file() else None
