"""What a folder or file of a model is, told from what lies there: who made it, its graphs, the files around them.

Knows names, and what configurations say about names; nothing was opened yet.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelFileError
from models.escaping import escape_text
from models.exports.content_key import content_key
from models.exports.foreign import foreign_models
from models.exports.layouts import GRAPH_LAYOUTS, LAYOUTS, FolderKind, Found
from models.exports.listing import Listing, list_folder
from models.exports.variants import GraphVariant, best_variant, name_variants, weights_beside
from models.files import FileKind, displayed_name, examine, recognise
from models.shards import all_shards, listed

COMPANIONS = (
    "config.json",
    "genai_config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
)
"""Files around a model that are read where they are."""

_INDEXES = ("config.json", "genai_config.json", "model.safetensors.index.json")
"""Files that stand for the folder they are in."""

_DEEPEST = 2
_MOST_FOLDERS = 200


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model found in a folder, or around a file.

    Args:
        path: what was examined, absolute.
        kind: of model.
        recognised: what it is, for people (``"ONNX folder made by onnxruntime-genai"``).
        model: what holds it: of graphs their folder, of GGUF the first file, else the folder.
        variants: its graphs; none where it has no graphs of its own.
        chosen: the graph that `path` names; ``None`` where it names none.
        companions: folders that configuration, tokenizer and template may lie in, the nearest first.
        files: those of `COMPANIONS` that are there, by name.
        warnings: sentences about what is ignored.
    """

    path: Path
    kind: FolderKind
    recognised: str
    model: Path
    variants: tuple[GraphVariant, ...]
    chosen: GraphVariant | None
    companions: tuple[Path, ...]
    files: dict[str, Path]
    warnings: tuple[str, ...]

    def file(self, name: str) -> Path | None:
        """One of `COMPANIONS`, or ``None`` where it is not there."""
        return self.files.get(name)

    def best_variant(self, provider: str) -> GraphVariant:
        """The graph that `path` names, or else the one that suits a processor best, as `variants.best_variant`.

        Args:
            provider: ``"CPU"`` or ``"CUDA"``.
        """
        return self.chosen or best_variant(self.variants, provider)

    def variant(self, name: str, provider: str = "CPU") -> GraphVariant:
        """The graph of a name; `best_variant` where the name is empty.

        Raises:
            ModelFileError: there is none of that name; those that there are are listed.
        """
        if not name:
            return self.best_variant(provider)
        for one in self.variants:
            if name in (one.name, one.path.name, one.path.stem):
                return one
        raise ModelFileError(
            "no-such-variant",
            f"“{displayed_name(self.path)}” has no variant “{escape_text(name)}”.",
            f"Choose one of {listed(one.name for one in self.variants)}.",
        )

    def content_key(self, variant: GraphVariant | None = None) -> str:
        """A digest that changes when the model does, as `content_key.content_key`.

        Args:
            variant: which of its graphs is meant.

        Raises:
            ModelFileError: a file cannot be read.
        """
        return content_key((*self._weights(variant), *self.files.values()))

    def _weights(self, variant: GraphVariant | None) -> Iterable[Path]:
        """The files with graph and weights, as far as names tell."""
        if variant is not None:
            names = list_folder(variant.path.parent).files
            return (variant.path, *weights_beside(variant.path, names))
        if self.kind is FolderKind.GGUF:
            return all_shards(self.model)
        if self.kind is FolderKind.SAFETENSORS:
            listing = list_folder(self.companions[0])
            return [listing.folder / name for name in listing.ending_with(".safetensors")]
        return [one.path for one in self.variants]


def examine_folder(path: Path) -> ModelFolder:
    """Find the model in a folder or around a file.

    Args:
        path: a folder; or an .onnx, GGUF or safetensors file, to which the files beside it belong, and for graphs in
            a folder ``onnx`` those above it; or a configuration, which stands for its folder.

    Raises:
        ModelFileError: nothing is there, or no model (what was looked for is told, and what is there instead), or
            more than one; a file is no model's, or damaged.
    """
    path = path.absolute()
    if stat.S_ISDIR(examine(path).st_mode):
        return _in_folder(path)
    if path.name in _INDEXES:
        return _in_folder(path.parent)
    kind = recognise(path)
    if kind is FileKind.ONNX:
        return _around_graph(path)
    if kind is FileKind.GGUF:
        found = Found(FolderKind.GGUF, "GGUF file", all_shards(path)[0], (), (path.parent,))
    else:
        found = Found(FolderKind.SAFETENSORS, "safetensors checkpoint", path, (), (path.parent,))
    return _complete(path, found, None)


def _in_folder(path: Path) -> ModelFolder:
    listing = list_folder(_hub_snapshot(path))
    found = _find(listing)
    if found is None:
        below = list(_find_below(listing, _DEEPEST))
        if len(below) > 1:
            names = listed(sorted(str(one.relative_to(listing.folder)) for one, _ in below))
            raise ModelFileError(
                "several-models",
                f"“{displayed_name(path)}” holds {len(below):,} models: {names}.",
                "Choose the folder of one of them.",
            )
        if not below:
            raise _nothing_found(path, listing)
        found = below[0][1]
    return _complete(path, found, None)


def _around_graph(path: Path) -> ModelFolder:
    listing = list_folder(path.parent)
    for layout in GRAPH_LAYOUTS:
        found = layout(listing)
        if found is not None and path in found.graphs:
            return _complete(path, found, path)
    found = Found(FolderKind.ONNX, "ONNX graph", path.parent, (path,), (path.parent, path.parent.parent))
    return _complete(path, found, path)


def _find(listing: Listing) -> Found | None:
    return next((found for layout in LAYOUTS if (found := layout(listing)) is not None), None)


def _find_below(listing: Listing, depth: int) -> Iterator[tuple[Path, Found]]:
    """Models in the folders of a folder, not in those of a model."""
    for name in listing.folders[:_MOST_FOLDERS]:
        if name.startswith("."):
            continue
        inner = listing.sub(name)
        found = _find(inner)
        if found is not None:
            yield inner.folder, found
        elif depth > 1:
            yield from _find_below(inner, depth - 1)


def _hub_snapshot(folder: Path) -> Path:
    """The main snapshot of a model in the hub's cache; the folder itself if it is no such model."""
    main = folder / "refs" / "main"
    if folder.name.startswith("models--") and main.is_file() and main.stat().st_size < 100:
        snapshot = folder / "snapshots" / main.read_text("ascii", "replace").strip()
        if snapshot.parent == folder / "snapshots" and snapshot.is_dir():
            return snapshot
    return folder


def _complete(path: Path, found: Found, chosen: Path | None) -> ModelFolder:
    names = list_folder(found.graphs[0].parent).files if found.graphs else ()
    variants = name_variants(found.graphs, names)
    return ModelFolder(
        path,
        found.kind,
        found.recognised,
        found.model,
        variants,
        next((one for one in variants if one.path == chosen), None),
        found.companions,
        _companion_files(found.companions),
        found.warnings,
    )


def _companion_files(folders: Iterable[Path]) -> dict[str, Path]:
    files = dict[str, Path]()
    for folder in folders:
        for name in COMPANIONS:
            if name not in files and (folder / name).is_file():
                files[name] = folder / name
    return files


def _nothing_found(path: Path, listing: Listing) -> ModelFileError:
    shown = displayed_name(path)
    if not (listing.files or listing.folders or listing.others):
        return ModelFileError("empty-folder", f"The folder “{shown}” is empty.", "Choose a model's folder.")
    if (foreign := foreign_models(listing)) is not None:
        what, remedy = foreign
        return ModelFileError("not-a-model-folder", f"“{shown}” holds {what}.", remedy)
    return ModelFileError(
        "not-a-model-folder",
        f"“{shown}” holds no model: no .onnx file, no genai_config.json, no .gguf file, and no config.json with "
        "safetensors files.",
        "Choose the folder of an export or of a checkpoint, or a model's file.",
    )
