"""What guessing ahead gains and costs: replies that repeat their prompt, and ordinary ones.

Knows nothing about windows.

Each prompt is answered in turns without guesses, with them, and with at least two rows a run and no guess, all from
the same read prompt. Of every round the ratio counts, and of the rounds the median. Replies with and without guesses
are the same, bit for bit, or the test fails; how soon they part from those of single rows is kept as well.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any

import pytest

from inference.contract import ChatPrompt, Generate, Message, Step
from inference.guessing import Guesser
from inference.loaded_model import LoadedModel
from inference.reply import Reply
from inference.sampling.settings import SamplingSettings
from tests.benchmarks.quiet import wait_until_quiet
from tests.benchmarks.report import keep
from tests.inference.default_bundle import default_bundle
from tests.inference.observed_exports import opened

pytestmark = [pytest.mark.benchmark, pytest.mark.default_model, pytest.mark.timeout(300)]

ROUNDS = 2
REPLY_TOKENS = 48
SETTINGS = SamplingSettings(temperature=0.5)

TEXT = (
    "The lighthouse at Cabo Branco was built in 1972 on a cliff thirty metres above the sea. Its lamp can be seen "
    "from twenty nautical miles away, and the keeper, Maria Silva, has written down the weather every evening for "
    "eleven years. In 2019 the city council wanted to replace the lamp with an automatic one."
)
CODE = (
    'def area(shape, width, height):\n    if shape == "square":\n        return width * width\n'
    '    if shape == "rectangle":\n        return width * height\n    raise ValueError("unknown shape: " + shape)\n'
)
PROMPTS = {
    "chat: a question": "Why is the sky blue?",
    "chat: advice": "How do I learn to play the guitar?",
    "repeats: a text copied": f"Repeat this text word for word:\n\n{TEXT}",
    "repeats: code edited": f"Rename the parameter `width` to `w` in this function:\n\n```python\n{CODE}```",
    "repeats: a summary": f"Summarise this text:\n\n{TEXT}",
}


class Nothing(Guesser):
    """Guesses nothing."""

    def guess(self, ids: Any, room: int) -> list[int]:
        return []


@dataclass(frozen=True)
class Written:
    """One reply: its steps and milliseconds a token."""

    steps: list[Step]
    token_ms: float

    @property
    def numbers(self) -> list[tuple[float, ...]]:
        """What has to be the same, by token."""
        return [(one.token.id, one.draw, one.logit, one.logprob, one.processed_logprob) for one in self.steps]


def write(model: LoadedModel, said: str, guesser: Guesser | None) -> Written:
    prompt = ChatPrompt((Message("user", said),))
    reply = Reply(model, Generate(1, prompt, SETTINGS, 1, REPLY_TOKENS, guess=guesser is not None))
    reply.prompt()
    reply._guesser = guesser
    for _ in reply.prefill():
        pass
    # The first token needs no run of its own, so its time is nobody's.
    steps = reply.write()
    first = next(steps)
    started = time.perf_counter()
    rest = list(steps)
    return Written([first, *rest], (time.perf_counter() - started) * 1000 / len(rest))


def test_guessing_changes_no_number_and_pays_where_much_is_repeated() -> None:
    figures: dict[str, dict[str, float | None]] = {}
    with opened(default_bundle().folder) as model:
        assert model.can_guess(), model.guess_refused
        for name, said in PROMPTS.items():
            quiet = wait_until_quiet()
            ratios, costs, plain_ms = [], [], []
            for number in range(ROUNDS + 1):
                plain = write(model, said, None)
                guessed = write(model, said, Guesser())
                nothing = write(model, said, Nothing())
                assert guessed.numbers == nothing.numbers
                if number:  # the first one warms up
                    ratios.append(plain.token_ms / guessed.token_ms)
                    costs.append(plain.token_ms / nothing.token_ms)
                    plain_ms.append(plain.token_ms)
            parted = [
                index
                for index, (one, other) in enumerate(zip(plain.steps, guessed.steps, strict=False))
                if one.token.id != other.token.id
            ]
            figures[name] = {
                "quiet": quiet,
                "prompt_tokens": plain.steps[0].position,
                "tokens": len(guessed.steps),
                "plain_tokens_per_s": round(1000 / statistics.median(plain_ms), 1),
                "speed_with_guesses": round(statistics.median(ratios), 3),
                "speed_if_nothing_fits": round(statistics.median(costs), 3),
                "guessed": round(sum(step.guessed for step in guessed.steps) / len(guessed.steps), 3),
                "first_other_token": parted[0] if parted else None,
            }
    keep(
        "guessing",
        {"rounds": ROUNDS, "reply_tokens": REPLY_TOKENS, "prompts": figures},
        ["reply", "guessed", "speed with guesses", "if no guess fitted", "first token unlike without"],
        [row(name, one) for name, one in figures.items()],
    )
    repeated = [one["speed_with_guesses"] for name, one in figures.items() if name.startswith("repeats")]
    assert statistics.median(speed for speed in repeated if speed) > 1.1


def row(name: str, one: dict[str, float | None]) -> list[str]:
    """One row of the table."""
    other = one["first_other_token"]
    return [
        name,
        f"{one['guessed']:.0%}",
        f"{one['speed_with_guesses']:.2f}×",
        f"{one['speed_if_nothing_fits']:.2f}×",
        "none" if other is None else f"{other:.0f}",
    ]
