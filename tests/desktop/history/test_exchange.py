"""Conversations travel in files and come back the same; what is no conversation is refused with a sentence."""

from __future__ import annotations

import copy
import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop.history.container import read_array, read_container, write_container
from desktop.history.document import Document
from desktop.history.document_store import insert_document, load_document
from desktop.history.errors import DocumentError, HistoryError
from desktop.history.exchange import ENDINGS, export_document, import_document
from desktop.history.history import History
from desktop.history.json_format import read_json, write_json
from desktop.history.markdown_format import write_markdown
from desktop.history.records import Origin
from desktop.history.replies import ReplyStart
from inference.sampling.settings import SamplingSettings
from tests.desktop.history.samples import (
    COLD,
    END_ID,
    MODEL,
    WARM,
    answer,
    files_in,
    prompt_tokens,
    steps,
    talk,
    texts,
)


def many_sided(history: History) -> int:
    """A conversation with branches, thinking, forced tokens, odd text and changed settings."""
    conversation, leaf = talk(history, 2)
    path = history.messages.path(leaf)
    edited = history.messages.say(conversation, path[1].id, "edited \ud83d\0 não", "edited", path[2].id)
    prompt = prompt_tokens(["edited", "x"])
    writer = history.replies.begin(
        ReplyStart(edited, prompt, MODEL, WARM, 2**100, "Rhyme.", end_ids=(END_ID,))
    )
    writer.append(steps("let me think", len(prompt), channel="analysis"))
    writer.append(steps("chosen", len(prompt) + 3, COLD, source="chosen"))
    writer.append(steps("then written", len(prompt) + 4, ended=True))
    writer.end("end", 12.5)
    answer(history, edited, "again", reason="branched", origin=Origin(writer.message, 2))
    history.conversations.choose_leaf(conversation, writer.message)
    history.conversations.rename(conversation, "A *title* <b>")
    history.conversations.set_settings(conversation, SamplingSettings(top_k=5), 9)
    history.conversations.save_draft(conversation, "half typed")
    return conversation


@pytest.fixture
def document(history: History) -> Document:
    return load_document(history, many_sided(history))


def numbered(history: History, conversation: int) -> dict[str, Any]:
    """A conversation as JSON values, with numbers of messages that do not depend on what else is kept."""
    record = json.loads(write_json(load_document(history, conversation)))
    order = {message["id"]: at for at, message in enumerate(record["messages"])}
    record["leaf"] = order.get(record["leaf"])
    for message in record["messages"]:
        message["id"] = order[message["id"]]
        message["parent"] = order.get(message["parent"])
        if message["origin"]:
            message["origin"]["message"] = order[message["origin"]["message"]]
        if message["reply"]:
            message["reply"]["prompt"]["base"] = order.get(message["reply"]["prompt"]["base"])
    return record


@pytest.mark.parametrize("ending", [".json", ".vitrine"])
def test_everything_comes_back_out_of_a_file(history: History, tmp_path: Path, ending: str) -> None:
    conversation = many_sided(history)
    file = tmp_path / f"exported{ending}"
    export_document(file, load_document(history, conversation))
    copied = insert_document(history, import_document(file))
    assert numbered(history, copied) == numbered(history, conversation)
    assert texts(history, copied) == texts(history, conversation)
    theirs, ours = (
        history.messages.path(history.conversations.get(one).leaf)[-1].id for one in (copied, conversation)
    )
    assert history.replies.steps(theirs) == history.replies.steps(ours)
    assert history.replies.prompt(theirs) == history.replies.prompt(ours)
    assert history.replies.table(theirs).sources[3] == "chosen"


def with_guesses(history: History) -> int:
    """A conversation whose reply was begun alone and gone on with by guesses."""
    conversation, leaf = talk(history, 1)
    prompt = prompt_tokens(["edited", "x"])
    writer = history.replies.begin(ReplyStart(leaf, prompt, MODEL, WARM, 1, end_ids=(END_ID,)))
    writer.append(steps("read alone", len(prompt)))
    writer.append(
        [
            replace(step, token=replace(step.token, alone=False), guessed=step.position % 2 == 0)
            for step in steps("read with others", len(prompt) + 2, ended=True)
        ]
    )
    writer.end("end")
    return conversation


@pytest.mark.parametrize("ending", [".json", ".vitrine"])
def test_how_tokens_were_read_and_guessed_is_in_the_file(
    history: History, tmp_path: Path, ending: str
) -> None:
    conversation = with_guesses(history)
    reply = history.messages.path(history.conversations.get(conversation).leaf)[-1].id
    file = tmp_path / f"exported{ending}"
    export_document(file, load_document(history, conversation))
    copied = insert_document(history, import_document(file))
    other = history.messages.path(history.conversations.get(copied).leaf)[-1].id
    table = history.replies.table(other)
    assert table.alone.tolist() == [True, True, False, False, False, False]
    assert table.guessed.sum() == 2
    assert set(table.sources) == {"written"}
    assert history.replies.steps(other) == history.replies.steps(reply)


def test_a_file_is_of_the_version_that_knows_all_of_it(history: History) -> None:
    versions = [
        json.loads(write_json(load_document(history, make(history))))["version"]
        for make in (many_sided, with_guesses)
    ]
    assert versions == [1, 2]


def test_replies_of_version_1_were_read_token_by_token(history: History) -> None:
    # Whatever they say: programs that wrote it did not use the column for replies.
    record = json.loads(write_json(load_document(history, many_sided(history))))
    for message in record["messages"]:
        if message["reply"]:
            columns = message["reply"]["tokens"]
            columns["alone"] = [False] * len(columns["id"])
    read = read_json(json.dumps(record).encode())
    tables = [message.reply.tokens for message in read.messages if message.reply is not None]
    assert all(table.alone.all() and not table.guessed.any() for table in tables)


@pytest.mark.parametrize("ending", ENDINGS)
def test_where_models_lie_on_this_machine_is_told_to_nobody(
    history: History, tmp_path: Path, ending: str
) -> None:
    conversation = many_sided(history)
    for source in (
        "/home/beatriz/models/tiny.gguf",
        "C:\\Users\\Beatriz\\models\\tiny.gguf",
        "/home/beatriz/models/tiny/",
    ):
        history.conversations.set_model(conversation, replace(MODEL, source=source))
        document = load_document(history, conversation)
        assert document.model is not None
        assert document.model.source == source, "here it is known"
        file = tmp_path / f"exported{ending}"
        export_document(file, document)
        content = file.read_bytes()
        if ending == ".vitrine":
            with zipfile.ZipFile(file) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"tiny" in content.lower()
        for part in (b"/models", b"beatriz", b"Beatriz", b"Users"):
            assert part not in content
        if ending != ".md":
            read = import_document(file)
            assert read.model is not None
            assert read.model.source == source.rstrip("/").replace("\\", "/").rpartition("/")[2]
            replies = [one.reply.model for one in read.messages if one.reply is not None]
            assert replies == [replace(MODEL, source="tiny.gguf")] * len(replies)


def test_the_same_conversation_makes_the_same_file(document: Document, tmp_path: Path) -> None:
    for name in ("one.vitrine", "two.vitrine"):
        write_container(tmp_path / name, document)
    assert (tmp_path / "one.vitrine").read_bytes() == (tmp_path / "two.vitrine").read_bytes()


def test_long_conversations_travel_with_their_shared_prompts(history: History) -> None:
    conversation, leaf = talk(history, 40)
    copied = insert_document(history, read_json(write_json(load_document(history, conversation))))
    theirs = history.conversations.get(copied).leaf or 0
    assert history.replies.prompt(theirs) == history.replies.prompt(leaf)
    branch = insert_document(
        history, load_document(history, conversation, history.messages.path(leaf)[71].id)
    )
    assert texts(history, branch) == texts(history, conversation)[:72]


def test_markdown_is_for_people(document: Document) -> None:
    text = write_markdown(document)
    assert text.startswith("# A \\*title\\* \\<b\\>\n\n*")
    assert "## System\n\nBe brief." in text
    assert "## User\n\nedited ?\0 não" in text
    assert "<details>\n<summary>Thinking</summary>\n\nlet me think\n\n</details>" in text
    assert "## Assistant (Tiny)" in text
    assert text.index("let me think") < text.index("chosen then written")


def test_folded_thinking_cannot_end_its_fold(history: History) -> None:
    conversation = history.conversations.create()
    message = history.messages.say(conversation, None, "x")
    writer = history.replies.begin(ReplyStart(message, [], MODEL, WARM, 1))
    writer.append(steps("</details><script>", 0, channel="thinking") + steps("y", 1))
    writer.end("end")
    text = write_markdown(load_document(history, conversation))
    assert "<script>" not in text
    assert text.count("</details>") == 1


def test_a_reply_that_is_being_written_is_exported_as_far_as_it_is(history: History) -> None:
    conversation = history.conversations.create()
    message = history.messages.say(conversation, None, "x")
    writer = history.replies.begin(ReplyStart(message, [], MODEL, WARM, 1))
    writer.append(steps("so far", 0))
    last = load_document(history, conversation).messages[-1]
    assert last.text == " so far"
    assert last.reply is not None
    assert last.reply.end_reason == "stopped"


def test_arrays_travel_and_are_read_on_request(document: Document, tmp_path: Path) -> None:
    file = tmp_path / "with arrays.vitrine"
    arrays = {
        "attention/17/layer-0": np.arange(24, dtype=np.float16).reshape(2, 3, 4),
        "logits": np.zeros((0, 5), np.float32),
        "one": np.array(7, np.int64),
    }
    write_container(file, document, arrays)
    contents = read_container(file)
    assert set(contents.arrays) == set(arrays)
    for name, array in arrays.items():
        read = read_array(file, name)
        assert read.dtype == array.dtype
        np.testing.assert_array_equal(read, array)
    with pytest.raises(DocumentError, match="is not in the file"):
        read_array(file, "absent")
    for name, array in (("../x", np.zeros(1)), ("x", np.array([object()])), ("x", np.array(["a"]))):
        with pytest.raises(ValueError, match="no array"):
            write_container(file, document, {name: array})


@pytest.mark.parametrize("ending", ENDINGS)
def test_fault_46_a_file_that_cannot_be_written_leaves_the_old_one(
    document: Document, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / f"não é ASCII{ending}"
    file.write_text("old")

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(HistoryError, match="No space left on device"):
        export_document(file, document)
    assert file.read_text() == "old"
    assert files_in(tmp_path) - {"conversations.sqlite3-wal", "conversations.sqlite3-shm"} == {
        file.name, "conversations.sqlite3", "conversations.lock",
    }  # fmt: skip


def test_an_ending_that_nobody_knows_is_refused(document: Document, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"ends with none of \.md, \.json, \.vitrine"):
        export_document(tmp_path / "x.docx", document)


# ---------------------------------------------------------------- hostile JSON

Change = Callable[[dict[str, Any]], None]


def at(*path: str | int, value: Any) -> Change:
    """A change of one value."""

    def change(record: dict[str, Any]) -> None:
        place: Any = record
        for step in path[:-1]:
            place = place[step]
        if value is KeyError:
            del place[path[-1]]
        else:
            place[path[-1]] = value

    return change


HOSTILE: tuple[tuple[Change, str], ...] = (
    (at("format", value="other"), r"the file\.format is not"),
    (at("version", value=3), "newer Vitrine \\(version 3, this one knows 2\\)"),
    (at("version", value="1"), r"the file\.version is “1” where a whole number"),
    (at("version", value=True), r"the file\.version is true where a whole number"),
    (at("title", value=KeyError), r"the file\.title is missing"),
    (at("title", value="x" * 501), r"the file\.title has 501 characters"),
    (at("pinned", value=1), r"the file\.pinned is 1 where true or false"),
    (at("leaf", value=10**6), r"the file\.leaf is message 1000000, which is not there"),
    (at("created", value="yesterday"), r"the file\.created is “yesterday”, which is no time"),
    (at("seed", value=2**200), "a number of too many digits, outside"),
    (at("messages", value={}), r"the file\.messages is an object where a list"),
    (at("messages", 0, value=None), r"the file\.messages\[0\] is null where an object"),
    (at("messages", 0, "role", value="system"), r"messages\[0\]\.role is “system”, which is none of user, assistant"),
    (at("messages", 0, "parent", value=3), r"messages\[0\]\.parent is message 3, which does not come before it"),
    (at("messages", 1, "id", value=1), r"messages\[1\]\.id is 1, outside"),
    (at("messages", 1, "parent", value=-1), r"messages\[1\]\.parent is -1, outside"),
    (at("messages", 0, "text", value=5), r"messages\[0\]\.text is 5 where text"),
    (at("messages", 0, "reply", value={}), r"messages\[0\]\.reply belongs to a message that is none"),
    (at("messages", 4, "origin", "message", value=99), "does not come before it"),
    (at("messages", 1, "reply", "settings", value=[]), r"reply\.settings is empty"),
    (at("messages", 1, "reply", "settings", 0, "temperature", value=9), "The temperature 9.0 is outside 0 to 2"),
    (at("messages", 1, "reply", "settings", 0, "top_k", value=0.5), "top_k is 0.5 where a whole number"),
    (at("messages", 1, "reply", "settings", 0, "mirostat", value=1), "mirostat is no setting that this version"),
    (at("messages", 1, "reply", "settings", 0, "token", value=4), "token is 4, outside 0 to 0"),
    (at("messages", 3, "reply", "prompt", "base", value=1), r"prompt\.base is message 1, which does not come"),
    (at("messages", 3, "reply", "prompt", "shared", value=10**9), "shared is 1,000,000,000, outside 0 to"),
    (at("messages", 1, "reply", "tokens", "id", 0, value=-1), r"tokens\.id is -1, outside"),
    (at("messages", 1, "reply", "tokens", "id", 0, value=2**40), r"tokens\.id is 1,099,511,627,776, outside"),
    (at("messages", 1, "reply", "tokens", "draw", 0, value="0,5"), r"tokens\.draw is “0,5” where a number"),
    (at("messages", 1, "reply", "tokens", "draw", 0, value=10**400), r"tokens\.draw is larger than any number"),
    (at("messages", 1, "reply", "tokens", "rank", value=[1]), r"tokens\.rank has 1 entries for"),
    (at("messages", 1, "reply", "tokens", "part", 0, value="other"), "none of template, system, user"),
    (at("messages", 1, "reply", "tokens", "part", 0, value=[]), "none of template, system, user"),
    (at("messages", 1, "reply", "tokens", "special", 0, value=1), "none of false, true"),
    (at("messages", 1, "reply", "tokens", "channel", 0, value="x" * 200), "no short text"),
    (at("messages", 1, "reply", "tokens", "piece", 0, value={"bytes": "zz"}), "not hexadecimal"),
    (at("messages", 1, "reply", "tokens", "piece", 0, value=7), r"tokens\.piece is 7 where an object"),
    (at("messages", 1, "reply", "end_reason", value="bored"), "none of end, length, context"),
    (at("messages", 1, "reply", "model", "threads", value=-1), "threads is -1, outside"),
    (at("messages", 1, "reason", value="\u202ereversed"), "⟨U\\+202E⟩reversed"),
)  # fmt: skip


@pytest.fixture
def record(document: Document) -> dict[str, Any]:
    return dict(json.loads(write_json(document)))


@pytest.mark.parametrize(("change", "sentence"), HOSTILE)
def test_a_wrong_value_is_named_with_its_place(record: dict[str, Any], change: Change, sentence: str) -> None:
    changed = copy.deepcopy(record)
    change(changed)
    with pytest.raises(DocumentError, match=sentence):
        read_json(json.dumps(changed).encode())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is not JSON"),
        (b"[]", "is a list where an object"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b"[" * 3_000_000, "larger than any conversation"),
        (b"1," * 20_000_000, "larger than any conversation"),
        (b'{"format": NaN}', "NaN is no number"),
        (b"\xff\xfe{}", "is not UTF-8 text"),
        (b'{"version": ' + b"9" * 5000 + b"}", "is not JSON"),
        (b"null", "is null where an object"),
    ],
    ids=lambda value: repr(value[:12]) + str(len(value)) if isinstance(value, bytes) else None,
)
def test_hostile_json_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(DocumentError, match=sentence):
        read_json(data)


def test_json_that_ends_anywhere_is_refused(document: Document) -> None:
    data = write_json(document)
    for stop in random.Random(4).sample(range(len(data)), 60):
        with pytest.raises(DocumentError):
            read_json(data[:stop])


def test_prompts_that_lead_through_too_many_others_are_refused(record: dict[str, Any]) -> None:
    question, reply = record["messages"][:2]
    record["messages"] = [question]
    for number in range(40):
        one = copy.deepcopy(reply)
        one["id"] = question["id"] + 1 + number
        if number:
            one["reply"]["prompt"]["base"] = one["id"] - 1
        record["messages"].append(one)
    record["leaf"] = None
    with pytest.raises(DocumentError, match="too many other prompts"):
        read_json(json.dumps(record).encode())


# ---------------------------------------------------------------- hostile archives


def archive(*files: tuple[str | zipfile.ZipInfo, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed) as written:
        for name, data in files:
            written.writestr(name, data)
    return buffer.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


MANIFEST = b'{"format": "vitrine", "version": 1, "files": {}}'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK", "is no archive"),
        (b"PK\x03\x04" + bytes(500), "is no archive"),
        (archive(("../../etc/passwd", b"x")), "“../../etc/passwd” inside is no name"),
        (archive(("/etc/passwd", b"x")), "“/etc/passwd” inside is no name"),
        (archive(("arrays/../../x.npy", b"x")), "is no name"),
        (archive(("arrays\\..\\x.npy", b"x")), "is no name"),
        (archive(("arrays/", b"")), "is a link or something else that is no file"),
        (archive((link("conversation.json"), b"/etc/passwd")), "is a link"),
        (archive(("conversation.json", b"{}")), "has no manifest.json"),
        (
            archive(("manifest.json", MANIFEST), ("conversation.json", b"{}")),
            "that its manifest does not name",
        ),
        (archive(("manifest.json", MANIFEST)), "conversation.json is not in the file"),
        (archive(("manifest.json", MANIFEST.replace(b"1", b"9"))), "newer Vitrine"),
        (archive(("manifest.json", b"[" * 500_000)), "nested too deep"),
        (archive(("conversation.json", bytes(2 << 20)), packed=zipfile.ZIP_BZIP2), "packed in a way"),
        (archive(("manifest.json", b" " * (2 << 20))), "would unpack to 2,097,152 bytes"),
        (archive(*[(f"arrays/{number}.npy", b"") for number in range(5000)]), "has 5,000 files inside"),
        (
            archive(
                (
                    "manifest.json",
                    MANIFEST.replace(b"{}", b'{"conversation.json": {"size": 2, "sha256": "0"}}'),
                ),
                ("conversation.json", b"{}"),
            ),
            "is not what the manifest says",
        ),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_a_hostile_archive_is_refused_before_it_is_unpacked(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    file = tmp_path / "hostile.vitrine"
    file.write_bytes(data)
    with pytest.raises(DocumentError, match=sentence):
        import_document(file)


def test_files_that_claim_to_be_huge_are_refused(document: Document, tmp_path: Path) -> None:
    file = tmp_path / "bomb.vitrine"
    write_container(file, document)
    data = bytearray(file.read_bytes())
    # The size as unpacked, in the directory's entry of conversation.json.
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"conversation.json"))
    data[entry + 24 : entry + 28] = (1 << 29).to_bytes(4, "little")
    file.write_bytes(data)
    with pytest.raises(DocumentError, match="would unpack to 536,870,912 bytes"):
        import_document(file)


def test_an_archive_that_ends_anywhere_or_is_damaged_anywhere_is_refused(
    document: Document, tmp_path: Path
) -> None:
    file = tmp_path / "damaged.vitrine"
    write_container(file, document)
    data = file.read_bytes()
    dice = random.Random(5)
    for stop in dice.sample(range(1, len(data)), 40):
        file.write_bytes(data[:stop])
        with pytest.raises(DocumentError):
            import_document(file)
    for place in dice.sample(range(len(data)), 120):
        file.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            # Some bytes of an archive mean nothing, like its times.
            assert write_json(import_document(file)) == write_json(document)
        except DocumentError as error:
            assert error.what.endswith(".")  # noqa: PT017


@pytest.mark.parametrize(
    ("header", "body", "sentence"),
    [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999,), }", 8, "not of the size"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", 8, "header that cannot be read"),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8, "header that cannot be read"),
        ("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }", 8, "header that cannot be read"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 8, "not of the size"),
        ("{'descr': '<f4'", 8, "header that cannot be read"),
        (
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
            8,
            "header that cannot be read",
        ),
    ],
)
def test_a_hostile_array_is_refused(
    document: Document, tmp_path: Path, header: str, body: int, sentence: str
) -> None:
    header += "\n"
    npy = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(body)
    file = tmp_path / "array.vitrine"
    write_container(file, document, {"x": np.zeros(2, np.float32)})
    with zipfile.ZipFile(file) as old:
        files = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    files["arrays/x.npy"] = npy
    manifest["files"]["arrays/x.npy"] = {"size": len(npy), "sha256": sha256(npy).hexdigest()}
    file.write_bytes(archive(("manifest.json", json.dumps(manifest).encode()), *files.items()))
    with pytest.raises(DocumentError, match=sentence):
        read_array(file, "x")


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "empty.json").touch()
    for name, sentence in (("pipe.json", "no file"), ("absent", "no file"), ("empty.json", "is empty")):
        with pytest.raises(DocumentError, match=sentence):
            import_document(tmp_path / name)
    with pytest.raises(DocumentError, match="no file"):
        import_document(tmp_path)
