"""Arguments that several commands take.

Knows nothing about the commands.
"""

from __future__ import annotations

import pickle
from argparse import ArgumentParser, ArgumentTypeError, Namespace

import pytest

from desktop.commands.arguments import (
    UsageError,
    add_prompt,
    add_sampling,
    number_within,
    prompt_of,
    settings_of,
    whole_number,
)
from inference.contract import ChatPrompt, Message, RawPrompt
from inference.sampling.settings import SamplingSettings


def sampling(*arguments: str) -> Namespace:
    parser = ArgumentParser(exit_on_error=False)
    add_sampling(parser)
    return parser.parse_args(arguments)


def test_left_out_settings_are_the_defaults() -> None:
    assert settings_of(sampling()) == SamplingSettings()
    assert sampling().seed is None


def test_every_setting_can_be_given() -> None:
    options = "--temperature 0 --top-k 3 --top-p 0.5 --min-p .25 --repetition-penalty 1.5 --seed -7"
    chosen = sampling(*options.split())
    assert settings_of(chosen) == SamplingSettings(1.5, 0.0, 3, 0.5, 0.25)
    assert isinstance(settings_of(chosen).top_k, int)
    assert chosen.seed == -7


@pytest.mark.parametrize("text", ["-0.1", "2.1", "nan", "inf", "-inf", "1e999"])
def test_numbers_outside_the_bounds_are_refused_with_both(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=rf"{text} is outside 0 to 2"):
        number_within(0, 2)(text)


@pytest.mark.parametrize("text", ["", "warm", "0x10", "1.5"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"“{text}” is not a whole number"):
        whole_number(text)


def test_fault_56_a_decimal_comma_is_refused_with_a_hint() -> None:
    with pytest.raises(ArgumentTypeError, match="“0,8” is not a number; write the decimal point as a point"):
        number_within(0, 2)("0,8")


def prompt(*arguments: str) -> Namespace:
    parser = ArgumentParser()
    add_prompt(parser)
    return parser.parse_args(arguments)


def test_a_prompt_is_what_the_user_says_to_the_chat_template() -> None:
    assert prompt_of(prompt("--prompt", "Hi")) == ChatPrompt((Message("user", "Hi"),))


def test_a_system_message_comes_first() -> None:
    said = prompt_of(prompt("--prompt", "Hi", "--system", "Be brief."))
    assert said == ChatPrompt((Message("system", "Be brief."), Message("user", "Hi")))


def test_a_raw_prompt_is_the_text_alone() -> None:
    assert prompt_of(prompt("--raw", "--prompt", "Once")) == RawPrompt("Once")


def test_a_raw_prompt_has_no_system_message() -> None:
    with pytest.raises(UsageError, match="--system has no place in a raw prompt"):
        prompt_of(prompt("--raw", "--prompt", "Once", "--system", "x"))


def test_a_usage_error_can_cross_a_pipe() -> None:
    error = pickle.loads(pickle.dumps(UsageError("This.", "That.")))
    assert (type(error), error.what, error.remedy) == (UsageError, "This.", "That.")
