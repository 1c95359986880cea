"""A GGUF model in several files, as llama.cpp's gguf-split writes them: found, and put together.

Knows the keys ``split.*``, nothing of how a file is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import displayed_name
from models.gguf.metadata import Metadata
from models.gguf.tensor import GgufTensor
from models.shards import MOST_SHARDS, all_shards, check_none_missing

NUMBER, COUNT, TENSOR_COUNT = "split.no", "split.count", "split.tensors.count"


def model_files(path: Path) -> tuple[Path, ...]:
    """The files of a model, in order.

    Args:
        path: one of them.

    Raises:
        ModelFileError: some are missing.
    """
    files = all_shards(path)
    if len(files) > 1:
        check_none_missing(files)
    return files


def join_shards(
    files: Sequence[Path], parts: Sequence[tuple[Metadata, dict[str, GgufTensor]]]
) -> tuple[Metadata, dict[str, GgufTensor]]:
    """The metadata of the first file, which has them all, and the tensors of every file.

    Args:
        files: the files of one model, in order.
        parts: metadata and tensors of each.

    Raises:
        ModelFileError: a file says that it is another part, or a part of something else; a tensor occurs
            twice, or some are missing.
    """
    tensors: dict[str, GgufTensor] = {}
    for number, (path, (metadata, part)) in enumerate(zip(files, parts, strict=True)):
        _check_place(path, metadata, number, len(files))
        for name, tensor in part.items():
            if name in tensors:
                raise _mixed(path, f"it repeats the tensor “{escape_text(name)}” of another file")
            tensors[name] = tensor
    metadata = parts[0][0]
    expected = metadata.integer(TENSOR_COUNT, 0, 1 << 31, len(tensors))
    if len(files) > 1 and expected != len(tensors):
        raise _mixed(files[0], f"its files should hold {expected:,} tensors and hold {len(tensors):,}")
    return metadata, tensors


def _check_place(path: Path, metadata: Metadata, number: int, count: int) -> None:
    said_count = metadata.integer(COUNT, 0, MOST_SHARDS, None if count > 1 else 1)
    # Some writers say 0 where a model is in one file.
    if count == 1 and said_count <= 1:
        return
    said_number = metadata.integer(NUMBER, 0, MOST_SHARDS)
    if (said_number, said_count) == (number, count):
        return
    said = f"part {said_number + 1:,} of {said_count:,}"
    if count == 1:
        raise ModelFileError(
            "renamed-shard",
            f"“{displayed_name(path)}” is {said} of a model, but its name does not tell where the others are.",
            f"Give the files their own names back, which end in -{said_number + 1:05}-of-{said_count:05}.gguf.",
        )
    raise _mixed(path, f"it says that it is {said}")


def _mixed(path: Path, what: str) -> ModelFileError:
    return ModelFileError(
        "mixed-shards",
        f"“{displayed_name(path)}” does not fit the other files of the model: {what}.",
        "Get all files of the model again, from one place.",
    )
