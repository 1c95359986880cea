"""The only place that runs the `tokenizers` library: everything that it can do wrong becomes an error.

Knows nothing about models, files or control tokens.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from models.errors import TokenizerError
from models.escaping import escape_text
from models.tokenizer.added_tokens import Role
from models.tokenizer.definition import TokenizerDefinition
from models.tokenizer.steps import flat_steps

if TYPE_CHECKING:
    import tokenizers

_PROBES = ("a", " A\u0301b  1\n\u00e9\u4e16\U0001f600'll ")
"""Read once by every tokenizer, so that one that cannot read anything says so before it is used."""

_Result = TypeVar("_Result")

_stderr_lock = threading.Lock()


class OrdinaryTokenizer:
    """A tokenizer of the library without any control token or marker, so that it cannot match one.

    Args:
        definition: of the tokenizer.

    Raises:
        TokenizerError: the library refuses the definition or fails on the simplest text.
    """

    def __init__(self, definition: TokenizerDefinition) -> None:
        with _silent_panics():
            self._first, self._later, self._renumbered = guarded(lambda: _build(definition))
            guarded(lambda: [self._first.encode(one, add_special_tokens=False) for one in _PROBES])

    def encode(self, text: str, *, first: bool) -> list[int]:
        """The tokens of a text.

        Args:
            text: without lone surrogates.
            first: whether no text comes before it.

        Raises:
            TokenizerError: the library failed on this text.
        """
        tokenizer = self._first if first else self._later
        ids: list[int] = guarded(lambda: tokenizer.encode(text, add_special_tokens=False).ids)
        return [self._renumbered.get(one, one) for one in ids] if self._renumbered else ids


def guarded(call: Callable[[], _Result]) -> _Result:
    """Run something of the `tokenizers` library and turn every way it fails into an error.

    Raises:
        TokenizerError: it failed.
    """
    try:
        return call()
    except (KeyboardInterrupt, SystemExit, GeneratorExit, TokenizerError):
        raise
    except BaseException as error:
        # Rust's panics arrive as pyo3_runtime.PanicException, which is no Exception.
        raise TokenizerError(
            "tokenizer-failed",
            f"The tokenizer failed: {escape_text(str(error))}.",
            "Use another file of this model, or other text.",
        ) from error


@contextmanager
def paused_collection() -> Iterator[None]:
    """Keep the garbage collector from looking at a vocabulary again and again while it is read.

    It takes half the time: hundreds of thousands of small objects are made, and none of them is garbage.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _build(
    definition: TokenizerDefinition,
) -> tuple[tokenizers.Tokenizer, tokenizers.Tokenizer, dict[int, int]]:
    """Tokenizers for the first text and for later text, and the true IDs of tokens that they number otherwise."""
    import tokenizers

    plain = definition.ids(Role.PLAIN)
    # Handing the large parts over as objects takes half as long as a second round through JSON.
    model = definition.model.build(plain)
    made: list[tokenizers.Tokenizer] = []
    for pre_tokenizer in (definition.pre_tokenizer, _later_pre_tokenizer(definition.pre_tokenizer)):
        if made and pre_tokenizer == definition.pre_tokenizer:
            made.append(made[0])
            continue
        tokenizer = tokenizers.Tokenizer.from_str(definition.shell(pre_tokenizer))
        tokenizer.model = model
        tokenizer.add_tokens(
            [
                tokenizers.AddedToken(
                    name,
                    single_word=token.single_word,
                    lstrip=token.strips_left,
                    rstrip=token.strips_right,
                    normalized=token.normalized,
                )
                for name, token in sorted(definition.added.items(), key=lambda item: item[1].id)
                if token.role is Role.PLAIN
            ]
        )
        made.append(tokenizer)
    renumbered = {
        given: number
        for name, number in plain.items()
        if (given := made[0].token_to_id(name)) is not None and given != number
    }
    return made[0], made[1], renumbered


def _later_pre_tokenizer(step: Any) -> Any:
    """The pre-tokenizer for text that comes after other text: a space that only the first text gets is left out."""
    if not any(one.get("prepend_scheme") == "first" for one in flat_steps(step)):
        return step
    if step.get("type") == "Sequence":
        return {**step, "pretokenizers": [_later_pre_tokenizer(one) for one in step["pretokenizers"]]}
    return {**step, "prepend_scheme": "never"}


@contextmanager
def _silent_panics() -> Iterator[None]:
    """Keep Rust from writing about panics to the process's standard error: they become sentences elsewhere."""
    with _stderr_lock:
        try:
            sys.stderr.flush()
            kept = os.dup(2)
        except (OSError, ValueError, AttributeError):
            # No standard error, nothing to keep clean.
            yield
            return
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
