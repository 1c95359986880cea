"""Guessing ahead changes nothing but the time: every number is the same bit for bit, whatever is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.contract import Generate, IdsPrompt, Step
from inference.generation import generate
from inference.guessing import Guesser
from inference.loaded_model import LoadedModel
from inference.reading_plan import TOGETHER, plan
from inference.reply import Reply
from inference.row_reading import WithGuesses
from inference.sampling.settings import SamplingSettings
from models.bundle import Bundle
from tests.inference.default_bundle import default_bundle
from tests.inference.observed_exports import OBSERVED, opened, opened_export, text

SETTINGS = (
    SamplingSettings(),
    SamplingSettings(temperature=0.0),
    SamplingSettings(temperature=0.3, top_k=0, top_p=1.0),
    SamplingSettings(temperature=1.6, top_k=0, top_p=0.9, min_p=0.01),
    SamplingSettings(temperature=0.7, repetition_penalty=1.4),
)

CANNOT = {
    "decomposed, single tokens after a past": "never several tokens after others",
    "decomposed, 16 bits": "in 16 bits",
    "decomposed, cache in 16 bits": "in 16 bits",
}
"""What cannot guess ahead, and what is said of it."""


class Nothing(Guesser):
    """Guesses nothing."""

    def guess(self, ids: Any, room: int) -> list[int]:
        return []


class Prophet(Guesser):
    """Knows what will be written, and is wrong now and then.

    Args:
        sequence: prompt and reply.
        seed: of its errors.
    """

    def __init__(self, sequence: list[int], seed: int) -> None:
        super().__init__()
        self._sequence, self._dice = sequence, np.random.default_rng(seed)
        self.results: list[tuple[int, int]] = []

    def guess(self, ids: Any, room: int) -> list[int]:
        count = min(int(self._dice.integers(0, 9)), room)
        right = self._sequence[len(ids) : len(ids) + count]
        wrong = self._dice.random(len(right)) < 0.15
        return [token + 1 if flip else token for token, flip in zip(right, wrong, strict=True)]

    def learn(self, guessed: int, right: int) -> None:
        self.results.append((guessed, right))


class Written:
    """A reply and what is inside the model then.

    Args:
        model: writes it.
        prompt: to continue.
        settings: of the chain; a function is asked before every token.
        seed: of the draws.
        guesser: as in `generate`.
        count: tokens at most.
    """

    def __init__(
        self,
        model: LoadedModel,
        prompt: list[int],
        settings: Any,
        seed: int,
        guesser: Guesser | None,
        count: int = 50,
    ) -> None:
        sequence, decoder = model.sequence, model.decoder
        sequence.replace(prompt)
        sequence.read = 0
        for read in decoder.prefill(prompt, 0):
            sequence.alone[sequence.read : read] = False
            sequence.read = read
        asked = settings if callable(settings) else lambda: settings
        self.steps: list[Step] = []
        for step in generate(decoder, model.tokenizer, sequence, asked, seed, guesser=guesser):
            self.steps.append(step)
            # As far as it was read, anybody may look.
            assert sequence.read in (len(sequence), len(sequence) - 1)
            if len(self.steps) == count:
                break
        self.ids = sequence.ids.tolist()
        read = sequence.read = min(sequence.read, len(self.ids) - 1)
        self.hidden = decoder.hidden[:read].copy()
        self.attention = model.reader.whole_attention() if model.facts.sites else None
        self.logits = model.reader.whole_logits()
        self.alone = sequence.alone[:read].copy()

    def told(self) -> list[Step]:
        """The steps without their times and what was guessed."""
        return [replace(step, model_ms=0.0, total_ms=0.0, guessed=False) for step in self.steps]

    def equals(self, other: Written) -> bool:
        """Whether all is the same, bit for bit."""
        return (
            self.ids == other.ids
            and self.told() == other.told()
            and np.array_equal(self.hidden, other.hidden)
            and np.array_equal(self.logits, other.logits)
            and np.array_equal(self.alone, other.alone)
            and (self.attention is None or np.array_equal(self.attention, other.attention))
        )


@pytest.fixture(scope="module")
def tiny_model(tiny_bundle: Bundle) -> Iterator[LoadedModel]:
    with opened(tiny_bundle.folder) as model:
        yield model


@pytest.mark.parametrize("name", OBSERVED)
def test_every_kind_of_attention_writes_the_same_whatever_is_guessed(tmp_path: Path, name: str) -> None:
    with opened_export(tmp_path, OBSERVED[name]) as model:
        assert model.can_guess() == (name not in CANNOT)
        if name in CANNOT:
            assert CANNOT[name] in model.guess_refused
            return
        prompt, settings = text(3, 60), SETTINGS[list(OBSERVED).index(name) % len(SETTINGS)]
        unguessed = Written(model, prompt, settings, 5, Nothing())
        prophet = Prophet(unguessed.ids, 7)
        assert unguessed.equals(Written(model, prompt, settings, 5, prophet))
        assert any(guessed > right > 0 for guessed, right in prophet.results)
        # Numbers of 32 bits differ by so little from those of single rows that the same is drawn.
        alone = Written(model, prompt, settings, 5, None)
        if OBSERVED[name].dtype == "float32":
            assert alone.ids == unguessed.ids
            np.testing.assert_allclose(alone.logits, unguessed.logits, atol=2e-3)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("settings", SETTINGS)
def test_8_bit_weights_write_the_same_whatever_is_guessed(
    tiny_model: LoadedModel, settings: SamplingSettings, seed: int
) -> None:
    prompt = tiny_model.tokenizer.encode("the sky and the water and the light and the sky and the")
    unguessed = Written(tiny_model, prompt, settings, seed, Nothing(), 120)
    assert not any(step.guessed for step in unguessed.steps)
    for guesser in (Guesser(), Prophet(unguessed.ids, seed)):
        assert unguessed.equals(Written(tiny_model, prompt, settings, seed, guesser, 120))


def test_reading_it_again_at_once_gives_the_same_numbers(tiny_model: LoadedModel) -> None:
    prompt = tiny_model.tokenizer.encode("the sky and the water")
    first = Written(tiny_model, prompt, SamplingSettings(), 3, Guesser(), 90)
    assert not first.alone.any()
    tiny_model.sequence.replace(first.ids)
    tiny_model.sequence.read = 0
    wanted = np.full(len(first.ids), TOGETHER, np.int8)
    for _ in tiny_model.read(plan(wanted, 0, tiny_model.decoder.capacity)):
        pass
    assert np.array_equal(tiny_model.reader.whole_logits()[: len(first.logits)], first.logits)


def test_guessed_tokens_are_told_and_the_time_of_a_run_is_shared(tiny_model: LoadedModel) -> None:
    prompt = tiny_model.tokenizer.encode("the sky and the water")
    unguessed = Written(tiny_model, prompt, SamplingSettings(), 3, Nothing(), 60)
    written = Written(tiny_model, prompt, SamplingSettings(), 3, Prophet(unguessed.ids, 1), 60)
    assert 10 < sum(step.guessed for step in written.steps) < 60
    assert all(step.total_ms >= step.model_ms > 0 for step in written.steps)
    assert not any(step.token.alone for step in written.steps)


def test_new_settings_take_effect_behind_what_was_read_ahead(tiny_model: LoadedModel) -> None:
    prompt = tiny_model.tokenizer.encode("the sky and the water")

    def changing() -> Any:
        asked = iter([*[SETTINGS[0]] * 20, *[SETTINGS[3]] * 20, *[SETTINGS[1]] * 20])
        return lambda: next(asked)

    unguessed = Written(tiny_model, prompt, changing(), 3, Nothing(), 60)
    for seed in range(3):
        assert unguessed.equals(Written(tiny_model, prompt, changing(), 3, Prophet(unguessed.ids, seed), 60))
    assert [step.settings for step in unguessed.steps[18:22]] == [SETTINGS[0]] * 2 + [SETTINGS[3]] * 2


def test_what_somebody_else_has_read_meanwhile_ends_what_was_read_ahead(tiny_model: LoadedModel) -> None:
    prompt = tiny_model.tokenizer.encode("the sky and the water")
    settings, decoder, sequence = SamplingSettings(), tiny_model.decoder, tiny_model.sequence
    unguessed = Written(tiny_model, prompt, settings, 3, Nothing(), 40)
    sequence.replace(unguessed.ids[: len(prompt)])
    steps = generate(
        decoder, tiny_model.tokenizer, sequence, lambda: settings, 3, guesser=Prophet(unguessed.ids, 2)
    )
    told = []
    for index, step in zip(range(40), steps, strict=False):
        told.append(replace(step, model_ms=0.0, total_ms=0.0, guessed=False))
        if index % 3 == 0:
            for _ in decoder.prefill([1, 2, 3, 4, 5, 6, 7, 8, 9], sequence.read):
                pass
    assert told == unguessed.told()


def test_a_sequence_is_filled_to_the_brim(tmp_path: Path) -> None:
    with opened_export(tmp_path, OBSERVED["kernel"]) as model:
        prompt = text(3, model.decoder.capacity - 12)
        unguessed = Written(model, prompt, SamplingSettings(), 3, Nothing())
        assert len(unguessed.ids) == model.decoder.capacity
        for seed in range(3):
            assert unguessed.equals(
                Written(model, prompt, SamplingSettings(), 3, Prophet(unguessed.ids, seed))
            )


def test_tokens_that_somebody_chose_are_not_guessed(
    tiny_model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def watched(self: WithGuesses, may_guess: bool) -> float:
        asked.append(may_guess)
        return original(self, may_guess)

    original = WithGuesses.read
    monkeypatch.setattr(WithGuesses, "read", watched)
    prompt = tuple(tiny_model.tokenizer.encode("the sky and the sky and the"))
    command = Generate(1, IdsPrompt(prompt), SamplingSettings(), 1, 6, chosen=(5, 6), guess=True)
    reply = Reply(tiny_model, command)
    reply.prompt()
    for _ in reply.prefill():
        pass
    steps = list(reply.write())
    assert asked[:3] == [False, False, True]
    assert [step.token.id for step in steps[:2]] == [5, 6]
    assert not any(step.guessed for step in steps[:2])


@pytest.mark.default_model
def test_the_default_model_writes_the_same_whatever_is_guessed() -> None:
    with opened(default_bundle().folder) as model:
        assert model.can_guess(), model.guess_refused
        said = (
            "Repeat: the lamp can be seen from twenty nautical miles away. The lamp can be seen from twenty"
        )
        prompt = model.tokenizer.encode(said)
        settings = SamplingSettings(temperature=0.5)
        unguessed = Written(model, prompt, settings, 2, Nothing(), 40)
        guessed = Written(model, prompt, settings, 2, Guesser(), 40)
        assert unguessed.equals(guessed)
        assert any(step.guessed for step in guessed.steps)
        assert unguessed.equals(Written(model, prompt, settings, 2, Prophet(unguessed.ids, 1), 40))
