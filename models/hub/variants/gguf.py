"""GGUF files in a repository, one model each or several shards that are one.

Knows names only.
"""

from __future__ import annotations

import re

from models.hub.repository import RepositoryFile
from models.hub.variants.variant import Variant, is_part_of_another_model, key_of, place_in, split_name

QUANTIZATIONS = (
    *("Q4_K_M", "Q4_K_S", "Q4_0", "Q4_1", "Q5_K_M", "Q5_K_S", "Q5_0", "Q5_1", "Q6_K", "Q8_0"),
    *("F16", "BF16", "F32"),
)
"""In the order of preference: small without much loss first."""

_ENDING = ".gguf"
_SHARD = re.compile(r"^(.*)-(\d{5})-of-(\d{5})$")
_QUANTIZATION = re.compile(
    r"(?:^|[._-])((?:IQ|TQ|Q)\d\w*|MXFP4\w*|BF16|FP16|F16|F32|FP32)(?=$|[.-])", re.IGNORECASE
)


def gguf_variants(files: tuple[RepositoryFile, ...]) -> list[Variant]:
    """Every GGUF file, with all its shards; it holds tokenizer and template itself."""
    groups: dict[str, list[tuple[int, int, RepositoryFile]]] = {}
    for file in files:
        if not file.name.lower().endswith(_ENDING) or is_part_of_another_model(file.name):
            continue
        stem = file.name[: -len(_ENDING)]
        shard = _SHARD.match(stem)
        name, number, count = (shard[1], int(shard[2]), int(shard[3])) if shard else (stem, 1, 1)
        groups.setdefault(name, []).append((number, count, file))
    variants = []
    for name, shards in groups.items():
        shards.sort(key=lambda one: one[0])
        if [number for number, _, _ in shards] != list(range(1, shards[0][1] + 1)):
            continue  # with a shard missing it could not be opened
        found = _QUANTIZATION.findall(split_name(name)[1])
        key = found[-1].upper() if found else key_of(split_name(name)[1])
        wanted = tuple(file for _, _, file in shards)
        variants.append(Variant(key, "gguf", wanted[0].name, wanted))
    return sorted(variants, key=lambda one: (place_in(QUANTIZATIONS, one.key), one.key))
