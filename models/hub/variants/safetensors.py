"""The safetensors checkpoint in the root of a repository: one file, or an index and its shards.

Knows names only.
"""

from __future__ import annotations

import re

from models.hub.repository import RepositoryFile
from models.hub.variants.variant import Variant, small_files

_SHARD = re.compile(r"^model-(\d{5})-of-(\d{5})\.safetensors$")


def safetensors_variants(files: tuple[RepositoryFile, ...]) -> list[Variant]:
    """The checkpoint, if there is a whole one."""
    by_name = {file.name: file for file in files}
    small = small_files(files, ("",))
    if (single := by_name.get("model.safetensors")) is not None:
        return [Variant("safetensors", "safetensors", "", (*small, single))]
    index = by_name.get("model.safetensors.index.json")
    shards = sorted((found, file) for name, file in by_name.items() if (found := _number(name)))
    if index is None or not shards or len(shards) != shards[0][0][1]:
        return []
    return [Variant("safetensors", "safetensors", "", (*small, index, *(file for _, file in shards)))]


def _number(name: str) -> tuple[int, int] | None:
    """Number and count of a shard, by its name."""
    found = _SHARD.match(name)
    return (int(found[1]), int(found[2])) if found else None
