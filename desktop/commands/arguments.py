"""Arguments that several commands take, and what they mean.

Knows nothing about what is done with them.

Numbers are written with a point, whatever the locale.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from typing import Any

from inference.contract import ChatPrompt, Message, Prompt, RawPrompt
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from models.errors import VitrineError
from models.escaping import escape_text

_PROMPT_HELP = "what the user says"
_SETTING_HELP = {
    "repetition_penalty": "make tokens that were there already less likely; 1 is off",
    "temperature": "divides the logits; 0 always takes the most probable token",
    "top_k": "keep this many most probable tokens; 0 is off",
    "top_p": "keep the most probable tokens up to this sum; 1 is off",
    "min_p": "keep tokens this share as probable as the best; 0 is off",
}


class UsageError(VitrineError):
    """Arguments that contradict each other."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__("usage", what, remedy)

    def __reduce__(self) -> tuple[type, Any]:
        return type(self), (self.what, self.remedy)


def add_model(parser: ArgumentParser) -> None:
    """MODEL, --variant and --provider."""
    parser.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="a model's file or folder, a name in the library, or a hub id that was downloaded; left out, the "
        "default model",
    )
    add_variant(parser)
    add_provider(parser, "what runs the model")


def add_provider(parser: ArgumentParser, what: str) -> None:
    """--provider.

    Args:
        parser: to add it to.
        what: begins its help.
    """
    parser.add_argument(
        "--provider",
        type=provider_name,
        default="auto",
        metavar="NAME",
        help=f"{what}: cpu, cuda, or cuda:1 for one of several GPUs (default: auto, which is CUDA where it works and "
        "the CPU elsewhere)",
    )


def provider_name(text: str) -> str:
    """The name of a provider, as `Load.provider` takes it.

    Raises:
        ArgumentTypeError: it is none.
    """
    if re.fullmatch(r"auto|cpu|cuda(:\d{1,3})?", text) is None:
        raise ArgumentTypeError(
            f"there is no provider “{escape_text(text)}”; choose auto, cpu, cuda, or cuda:1 for one of several GPUs"
        )
    return text


def add_variant(parser: ArgumentParser) -> None:
    """--variant."""
    parser.add_argument(
        "--variant",
        default="",
        metavar="NAME",
        help="which of the model's graphs or precisions (default: the best for the provider; “vitrine models show” "
        "lists them)",
    )


def model_of(arguments: Namespace) -> str | None:
    """The path that MODEL means, as `Load.model` takes it; of a bundle in another variant, its source.

    Raises:
        VitrineError: there is no such model on this machine.
    """
    if arguments.model is None:
        return None
    from models.model_name import resolve_model, source_of

    path = resolve_model(arguments.model)
    return str(source_of(path) if arguments.variant else path)


def add_prompt(parser: ArgumentParser, *, alternative: Callable[[Any], Any] | None = None) -> None:
    """--prompt, --system and --raw.

    Args:
        parser: to add to.
        alternative: adds what can stand in place of --prompt to the group it is given.
    """
    if alternative is None:
        parser.add_argument("--prompt", required=True, metavar="TEXT", help=_PROMPT_HELP)
    else:
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument("--prompt", metavar="TEXT", help=_PROMPT_HELP)
        alternative(group)
    parser.add_argument("--system", metavar="TEXT", help="a system message before it")
    parser.add_argument(
        "--raw", action="store_true", help="continue the text as it is, without the chat template"
    )


def prompt_of(arguments: Namespace) -> Prompt:
    """The prompt that the arguments of `add_prompt` mean.

    Raises:
        UsageError: they contradict each other, or there is nothing to continue.
    """
    if not arguments.prompt.strip():
        raise UsageError("The prompt is empty.", "Give --prompt some text.")
    if arguments.raw:
        if arguments.system is not None:
            raise UsageError("--system has no place in a raw prompt.", "Leave out --system or --raw.")
        return RawPrompt(arguments.prompt)
    messages = [Message("user", arguments.prompt)]
    if arguments.system is not None:
        messages.insert(0, Message("system", arguments.system))
    return ChatPrompt(tuple(messages))


def add_sampling(parser: ArgumentParser) -> None:
    """One option for each setting of the sampling chain, and --seed."""
    defaults = SamplingSettings()
    for name, bounds in SETTING_BOUNDS.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=number_within(bounds.minimum, bounds.maximum, whole=bounds.whole),
            default=getattr(defaults, name),
            metavar="N" if bounds.whole else "X",
            help=f"{_SETTING_HELP[name]} (default: %(default)s)",
        )
    parser.add_argument(
        "--seed", type=whole_number, metavar="N", help="of the random draws (default: another each time)"
    )


def settings_of(arguments: Namespace) -> SamplingSettings:
    """The settings that the arguments of `add_sampling` mean."""
    return SamplingSettings(**{name: getattr(arguments, name) for name in SETTING_BOUNDS})


def whole_number(text: str) -> int:
    """A whole number of any size.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a whole number") from None


def number_within(minimum: float, maximum: float, *, whole: bool = False) -> Callable[[str], float]:
    """A type of argument: a number within bounds, both included."""

    def parse(text: str) -> float:
        value = whole_number(text) if whole else _number(text)
        if not minimum <= value <= maximum:
            raise ArgumentTypeError(f"{text} is outside {minimum:g} to {maximum:g}")
        return value

    return parse


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        hint = "; write the decimal point as a point" if "," in text else ""
        raise ArgumentTypeError(f"“{text}” is not a number{hint}") from None
