"""A tokenizer from a ``tokenizer.json`` and the files that lie beside it in a checkpoint or an export.

Knows what the companions add to the tokenizer: special tokens, and whether a text begins with one. Which files a
folder has, its reader knows. The meaning of the keys: Hugging Face transformers, ``PreTrainedTokenizerFast``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.escaping import escape_text
from models.files import displayed_name
from models.json_document import read_json_file
from models.tokenizer.facts import TokenizerFacts, known_end_ids
from models.tokenizer.text_file import read_text
from models.tokenizer.tokenizer import Tokenizer
from models.tokenizer.tokenizer_json import definition_from, read_content
from models.tokenizer.tokenizers_package import paused_collection

_SPECIAL_KEYS = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_SPECIAL_LISTS = ("additional_special_tokens", "extra_special_tokens")

_SECTIONS = ("", "model", "text_config")
"""Where the model's own files name special tokens: at the top, in genai_config.json, where there are pictures too."""

_DECLARED = re.compile(r"[0-9]{1,9}")


def tokenizer_from_files(
    tokenizer_json: Path,
    *,
    tokenizer_config: Path | None = None,
    special_tokens_map: Path | None = None,
    configs: Sequence[Path] = (),
) -> Tokenizer:
    """The tokenizer of a checkpoint or an export.

    A companion is never worth refusing a tokenizer for: what one says wrongly is left out, and the tokenizer's facts
    note it.

    Args:
        tokenizer_json: the tokenizer itself.
        tokenizer_config: ``tokenizer_config.json``, if there is one.
        special_tokens_map: ``special_tokens_map.json``, if there is one.
        configs: ``generation_config.json``, ``config.json``, ``genai_config.json``, those that there are; the first
            one that names end tokens counts.

    Raises:
        ModelFileError: a file cannot be read, or a companion is no JSON object.
        TokenizerError: the tokenizer is malformed or of a kind that is not supported.
    """
    with paused_collection():
        content = read_content(read_text(tokenizer_json))
        companions = [
            (read_json_file(path), f"“{displayed_name(path)}”")
            for path in (tokenizer_config, special_tokens_map)
            if path is not None
        ]
        notes: list[str] = []
        named = _Names(companions, notes)
        _add_declared_tokens(content, companions, named)
        definition = definition_from(content)
        ids = definition.model.vocabulary | {name: token.id for name, token in definition.added.items()}
        models = [(read_json_file(path), f"“{displayed_name(path)}”") for path in configs]
        size = definition.vocabulary_size
        ends = next((found for one, name in models if (found := _ids(one, name, "eos", size, notes))), ())
        end_id = ids.get(named.text("eos_token") or "", ends[0] if ends else None)
        begin_id = ids.get(named.text("bos_token") or "")
        first = _first_of_template(content.get("post_processor"), ids)
        if begin_id is None and not named.says("bos_token"):
            begins = next(
                (found for one, name in models if (found := _ids(one, name, "bos", size, notes))), ()
            )
            begin_id = begins[0] if begins else first
        add_begin = named.flag("add_bos_token", default=first is not None and first == begin_id)
        facts = TokenizerFacts(
            end_ids=frozenset({*ends, *([] if end_id is None else [end_id])})
            | known_end_ids(definition.control),
            begin_id=begin_id,
            add_begin=add_begin and begin_id is not None,
            end_id=end_id,
            notes=tuple(dict.fromkeys(notes)),
        )
        return Tokenizer(definition, facts, displayed_name(tokenizer_json))


class _Names:
    """What the companions name, the first that does counts."""

    def __init__(self, companions: Sequence[tuple[Mapping[str, Any], str]], notes: list[str]) -> None:
        self._companions = companions
        self._notes = notes

    def says(self, key: str) -> bool:
        """Whether one has the key, even if to say that there is none."""
        return any(key in values for values, _ in self._companions)

    def text(self, key: str) -> str | None:
        """The name of a token, which may be written as an object with its ``content``."""
        for values, source in self._companions:
            match values.get(key):
                case str(name) | {"content": str(name)}:
                    return name
                case None:
                    continue
                case other:
                    self._complain(source, key, other, "the name of a token")
        return None

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        for values, source in self._companions:
            value = values.get(key)
            if isinstance(value, bool):
                return value
            if value is not None:
                self._complain(source, key, value, "true or false")
        return default

    def special(self) -> Iterator[str]:
        """The names of all tokens that are special."""
        for key in _SPECIAL_KEYS:
            if name := self.text(key):
                yield name
        for values, _ in self._companions:
            for key in _SPECIAL_LISTS:
                listed = values.get(key)
                if isinstance(listed, dict):
                    listed = list(listed.values())
                for one in listed if isinstance(listed, list) else ():
                    match one:
                        case str(name) | {"content": str(name)}:
                            yield name

    def _complain(self, source: str, key: str, value: object, wanted: str) -> None:
        shown = escape_text(repr(value), 60)
        self._notes.append(f"“{key}” in {source} is {shown}, not {wanted}: it is left out.")


def _add_declared_tokens(
    content: dict[str, Any], companions: Sequence[tuple[Mapping[str, Any], str]], named: _Names
) -> None:
    """Put the added tokens that only the companions know into the content of a ``tokenizer.json``."""
    added = content.get("added_tokens")
    entries = [*added] if isinstance(added, list) else []
    known = {
        one["content"] for one in entries if isinstance(one, dict) and isinstance(one.get("content"), str)
    }
    taken = {one["id"] for one in entries if isinstance(one, dict) and isinstance(one.get("id"), int)}
    for values, _ in companions:
        declared = values.get("added_tokens_decoder")
        for key, entry in declared.items() if isinstance(declared, dict) else ():
            match entry:
                case {"content": str(name)} if name not in known and _DECLARED.fullmatch(key):
                    if int(key) not in taken:
                        entries.append({**entry, "id": int(key)})
                        known.add(name)
                        taken.add(int(key))
    model = content.get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if isinstance(vocabulary, list):
        vocabulary = {
            one[0]: number for number, one in enumerate(vocabulary) if isinstance(one, list) and one
        }
    for name in named.special():
        if isinstance(vocabulary, dict) and name not in known and name in vocabulary:
            entries.append({"id": vocabulary[name], "content": name, "special": True})
            known.add(name)
    if entries:
        content["added_tokens"] = entries


def _ids(values: Mapping[str, Any], source: str, which: str, size: int, notes: list[str]) -> tuple[int, ...]:
    """``eos_token_id`` or ``bos_token_id``, a number or a list of numbers; -1 is no token."""
    for section in _SECTIONS:
        part = values.get(section) if section else values
        value = part.get(f"{which}_token_id") if isinstance(part, dict) else None
        if value is None or value == -1:
            continue
        numbers = value if isinstance(value, list) else [value]
        sound = tuple(one for one in numbers if type(one) is int and 0 <= one < size)
        if len(sound) != len(numbers):
            key = f"{section}.{which}_token_id".lstrip(".")
            notes.append(
                f"“{key}” in {source} is {escape_text(repr(value), 60)}, but tokens are 0 to {size - 1:,}: "
                "what is none of them is left out."
            )
        if sound:
            return sound
    return ()


def _first_of_template(processor: object, ids: Mapping[str, int]) -> int | None:
    """The token that a post-processor writes before a text, if it does."""
    match processor:
        case {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": str(name)}}, *_]}:
            return ids.get(name)
        case {"type": "BertProcessing" | "RobertaProcessing", "cls": [str(name), *_]}:
            return ids.get(name)
        case {"type": "Sequence", "processors": list(parts)}:
            return next((found for one in parts if (found := _first_of_template(one, ids)) is not None), None)
    return None
