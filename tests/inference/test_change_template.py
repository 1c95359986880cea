"""Chat templates changed while a model is loaded, and replies whose prompt has begun a channel (fault 30)."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.contract import (
    ChangeTemplate,
    ChatPrompt,
    Failed,
    IdsPrompt,
    Load,
    Loaded,
    Message,
    Prompted,
    ReadPrompt,
    TemplateInUse,
    Token,
)
from inference.process import EngineThread
from models.bundle import TOKENIZER, Bundle
from models.templates_on_disk import EDITED_TEMPLATE, MOST_CHARACTERS, edited_template, keep_edited_template
from tests.inference.event_log import EventLog

MINE = "{% for message in messages %}[{{ message.content }}]{% endfor %}"
CHAT = ChatPrompt((Message("user", "the sky"),))


@pytest.fixture
def folder(tiny_bundle: Bundle, tmp_path: Path) -> Path:
    """A copy of the tiny bundle that may be changed."""
    return Path(shutil.copytree(tiny_bundle.folder, tmp_path / "bundle"))


@pytest.fixture
def engine_log(folder: Path) -> Iterator[EventLog]:
    """An engine with that bundle loaded."""
    engine = EngineThread()
    try:
        log = EventLog(engine)
        load(log, folder)
        yield log
    finally:
        engine.close()


def load(log: EventLog, folder: Path) -> Loaded:
    """Load a bundle into an engine that has none, and wait until it is."""
    log.engine.send(Load(str(folder), "cpu"))
    return log.wait_for_loaded()


def change(log: EventLog, query: int, template: str | None) -> TemplateInUse:
    """Change the template."""
    answer = log.ask(ChangeTemplate(query, template))
    assert isinstance(answer, TemplateInUse)
    return answer


def refusal(log: EventLog, query: ChangeTemplate | ReadPrompt) -> Failed:
    """The `Failed` that a query gets."""
    log.engine.send(query)
    return log.wait(Failed, lambda failed: failed.query == query.query)


def text_of(log: EventLog, query: ReadPrompt) -> str:
    """The text of a prompt."""
    tokens = log.ask(query)
    assert isinstance(tokens, tuple)
    return b"".join(token.piece for token in tokens if isinstance(token, Token)).decode()


def test_fault_30_an_edited_template_is_used_at_once_and_remembered(
    engine_log: EventLog, folder: Path, tiny_bundle: Bundle
) -> None:
    assert change(engine_log, 1, MINE) == TemplateInUse(MINE, True)
    assert text_of(engine_log, ReadPrompt(2, CHAT)) == "[the sky]"
    assert (folder / EDITED_TEMPLATE).read_text("utf-8") == MINE
    again = EventLog(EngineThread())
    loaded = load(again, folder)
    assert (loaded.chat_template, loaded.template_edited) == (MINE, True)
    assert text_of(again, ReadPrompt(3, CHAT)) == "[the sky]"
    assert change(again, 4, None) == TemplateInUse(tiny_bundle.chat_template(), False)
    assert not (folder / EDITED_TEMPLATE).exists()
    assert text_of(again, ReadPrompt(5, CHAT)).startswith("<|im_start|>user")
    again.engine.close()


def test_a_new_load_says_that_nothing_was_edited(engine_log: EventLog, tiny_bundle: Bundle) -> None:
    loaded = engine_log.wait(Loaded)
    assert (loaded.chat_template, loaded.template_edited) == (tiny_bundle.chat_template(), False)


@pytest.mark.parametrize("template", ["the model's own", "", "  \n"])
def test_the_model_s_own_or_nothing_at_all_is_no_edit(
    engine_log: EventLog, folder: Path, tiny_bundle: Bundle, template: str
) -> None:
    own = tiny_bundle.chat_template()
    assert change(engine_log, 1, MINE).edited
    assert change(engine_log, 2, own if template.startswith("the") else template) == TemplateInUse(own, False)
    assert not (folder / EDITED_TEMPLATE).exists()


def test_fault_26_a_template_that_cannot_be_read_is_refused_and_the_old_one_stays(
    engine_log: EventLog, folder: Path
) -> None:
    change(engine_log, 1, MINE)
    failed = refusal(engine_log, ChangeTemplate(2, "a\n{% for %}"))
    assert failed.case == "template-syntax"
    assert "(line 2)" in failed.what
    assert refusal(engine_log, ChangeTemplate(3, "a" * (MOST_CHARACTERS + 1))).case == "template-too-large"
    assert text_of(engine_log, ReadPrompt(4, CHAT)) == "[the sky]"
    assert (folder / EDITED_TEMPLATE).read_text("utf-8") == MINE


def test_fault_46_a_template_that_cannot_be_kept_is_refused_and_the_old_one_stays(
    engine_log: EventLog, folder: Path
) -> None:
    (folder / EDITED_TEMPLATE).mkdir()
    failed = refusal(engine_log, ChangeTemplate(1, MINE))
    assert failed.case == "template-not-kept"
    assert text_of(engine_log, ReadPrompt(2, CHAT)).startswith("<|im_start|>user")


def test_a_prompt_can_be_read_with_another_template_for_once(engine_log: EventLog) -> None:
    assert text_of(engine_log, ReadPrompt(1, CHAT, MINE)) == "[the sky]"
    assert text_of(engine_log, ReadPrompt(2, CHAT)).startswith("<|im_start|>user")


@pytest.mark.parametrize(
    ("template", "case"),
    [
        ("{% if %}", "template-syntax"),
        ("\n{{ nobody.name }}", "template-undefined"),
        ("{{ 1 / 0 }}", "template-failed"),
        ("{{ raise_exception('no') }}", "template-raised"),
        ("{{ ''.__class__ }}", "template-refused"),
    ],
)
def test_faults_26_27_29_reading_with_a_template_that_fails_says_how(
    engine_log: EventLog, template: str, case: str
) -> None:
    assert refusal(engine_log, ReadPrompt(1, CHAT, template)).case == case


def test_fault_46_what_cannot_be_kept_costs_nothing_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_edited_template(tmp_path, "one")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full_disk)
        with pytest.raises(OSError, match="No space left"):
            keep_edited_template(tmp_path, "two")
    assert edited_template(tmp_path) == "one"
    keep_edited_template(tmp_path, "a\r\nb\ud800")
    assert edited_template(tmp_path) == "a\r\nb?"
    keep_edited_template(tmp_path, None)
    assert edited_template(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def full_disk(path: Path, data: bytes) -> int:
    """As `Path.write_bytes` where half of it has no room."""
    with path.open("wb") as file:
        file.write(data[: len(data) // 2])
    raise OSError(errno.ENOSPC, "No space left on device")


# ---------------------------------------------------------------- channels of steps


@pytest.fixture
def thinking_log(folder: Path) -> Iterator[EventLog]:
    """An engine with a model whose last two tokens are ``<think>`` and ``</think>``."""
    path = folder / TOKENIZER
    content = json.loads(path.read_text("utf-8"))
    vocabulary = content["model"]["vocab"]
    for name in ("<think>", "</think>"):
        last = max(
            (token for token in vocabulary if token not in ("<think>", "</think>")),
            key=vocabulary.__getitem__,
        )
        content["added_tokens"].append(
            {"id": vocabulary[last], "content": name, "special": False, "normalized": False}
        )
        vocabulary[name] = vocabulary.pop(last)
        content["model"]["merges"] = [
            pair
            for pair in content["model"]["merges"]
            if last not in ("".join(pair if isinstance(pair, list) else pair.split(" ")), *pair)
        ]
    path.write_text(json.dumps(content), "utf-8")
    engine = EngineThread()
    try:
        log = EventLog(engine)
        load(log, folder)
        yield log
    finally:
        engine.close()


def channels(log: EventLog, generation: int) -> list[str]:
    """The channels of a generation's steps."""
    log.wait_for_stopped(generation)
    return [step.token.channel for step in log.steps(generation)]


def test_a_reply_whose_prompt_has_begun_its_thinking_is_thinking(thinking_log: EventLog) -> None:
    thinking_log.generate(1, CHAT, max_tokens=4)
    assert set(channels(thinking_log, 1)) == {"final"}
    change(thinking_log, 1, MINE + "<think>the")
    thinking_log.generate(2, CHAT, max_tokens=4)
    assert set(channels(thinking_log, 2)) == {"thinking"}
    prompted = thinking_log.wait(Prompted, lambda event: event.generation == 2)
    ids = tuple(token.id for token in prompted.tokens) + tuple(
        step.token.id for step in thinking_log.steps(2)
    )
    # Read again as IDs, everything is where it was; and what is written then goes on with it.
    thinking_log.generate(3, IdsPrompt(ids), max_tokens=2)
    assert set(channels(thinking_log, 3)) == {"thinking"}
    again = thinking_log.wait(Prompted, lambda event: event.generation == 3)
    assert [token.channel for token in again.tokens][-5:] == ["thinking"] * 5
