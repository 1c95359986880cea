"""A bundle: a model's folder, ready to run, and the facts about it.

Knows nothing about where a bundle came from or who runs it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.attention_site import AttentionSite
from models.errors import ModelFileError
from models.tokenizer.tokenizer import Tokenizer, TokenizerFacts

FORMAT = 1
"""Raised whenever an older bundle cannot be read any more; it is then imported again."""

FACTS, BODY_GRAPH, HEAD_GRAPH, WEIGHTS = "bundle.json", "body.onnx", "head.onnx", "weights.bin"
TOKENIZER, CHAT_TEMPLATE, PROOFS = "tokenizer.json", "chat_template.jinja", "proofs.json"


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
        sites: every attention operation.
        source: name of the file it was made from.
        source_sha256: that file's content hash.
        licence: what the file says of its licence, if anything.
        tokenizer: what the tokenizer's file does not say.
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
    source: str
    source_sha256: str
    licence: str | None
    tokenizer: TokenizerFacts

    def to_json(self) -> str:
        """These facts as JSON text."""
        return json.dumps(
            {**asdict(self), "tokenizer": self.tokenizer.to_dict()}, indent=1, ensure_ascii=False
        )

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
        tokenizer = TokenizerFacts.from_dict(fields.pop("tokenizer"))
        return cls(**fields, sites=sites, tokenizer=tokenizer)


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
            for name in (BODY_GRAPH, HEAD_GRAPH, WEIGHTS, TOKENIZER):
                if not (folder / name).is_file():
                    raise ValueError(f"{name} is missing")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelFileError(
                "damaged-bundle",
                f"The imported model in {folder} cannot be read ({error}).",
                "Delete that folder; the model is imported again from its file.",
            ) from error
        return cls(folder, facts)

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
