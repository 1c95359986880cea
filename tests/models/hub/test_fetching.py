"""A whole model comes here and becomes a folder in one step (faults 46, 60 and 62)."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from models.errors import VitrineError
from models.hub import shelf
from models.hub.client import HubClient
from models.hub.fetching import fetch, look_up
from models.hub.identifier import HubId
from models.hub.messages import Fetching, Order
from models.hub.variants import Variant, variant_named
from tests.fake_hub import Drop, FakeHub, Status, random_bytes
from tests.models.hub.conftest import FILES, REPOSITORY

WANTED = ("config.json", "tokenizer.json", "onnx/model.onnx", "onnx/model.onnx_data")
NO_WAITS = (0.0, 0.0)


def silent(_: Fetching) -> None:
    """Nobody listens."""


def files_in(folder: Path) -> dict[str, bytes]:
    """Everything in a folder but the record."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != shelf.RECORD
    }


@pytest.fixture
def order(client: HubClient) -> Order:
    """For the graph with its weights in another file."""
    offer = look_up(HubId(REPOSITORY), client)
    return offer.order(variant_named(offer.variants, "fp32"))


def stop_at(file: str) -> Callable[[Fetching], None]:
    """Listens until a file's turn comes, and then wants no more."""

    def report(fetching: Fetching) -> None:
        if fetching.file == file and fetching.phase == "fetch":
            raise KeyboardInterrupt

    return report


def test_an_offer_tells_variants_sizes_licence_and_room(client: HubClient) -> None:
    offer = look_up(HubId(REPOSITORY), client)
    assert [one.key for one in offer.variants] == ["fp32", "q4"]
    assert offer.variants[0].size == sum(len(FILES[name]) for name in WANTED)
    assert offer.repository.licence == "apache-2.0"
    assert offer.free > 0
    assert offer.order(offer.variants[0]).repository.files == ()


def test_a_model_becomes_a_folder_with_what_it_needs_and_nothing_else(
    client: HubClient, order: Order
) -> None:
    said: list[Fetching] = []
    fetched = fetch(order, client, said.append)
    assert fetched.path == shelf.downloads_folder() / "tiny-org" / "tiny-model--fp32"
    assert files_in(fetched.path) == {name: FILES[name] for name in WANTED}
    assert [one.done for one in said if one.phase == "fetch"] == sorted(
        one.done for one in said if one.phase == "fetch"
    )
    assert (said[-1].done, said[-1].total) == (order.variant.size, order.variant.size)
    assert shelf.read_record(fetched.path) == order
    assert shelf.record_of(fetched.path / "onnx" / "model.onnx") == order
    assert shelf.record_of(fetched.path.parent) is None
    assert shelf.unfinished() == []


def test_what_is_there_already_is_not_fetched_again(hub: FakeHub, client: HubClient, order: Order) -> None:
    fetched = fetch(order, client, silent)
    asked = len(hub.requests)
    assert fetch(order, client, silent) == fetched
    assert len(hub.requests) == asked


def test_fault_60_nothing_incomplete_is_ever_in_the_models_folder(
    hub: FakeHub, client: HubClient, order: Order
) -> None:
    hub.file_answers.extend([Drop(7)] * 9)
    with pytest.raises(VitrineError):
        fetch(order, client, silent, NO_WAITS)
    folder, is_there = shelf.destination(order)
    assert not is_there
    assert not folder.exists()
    (unfinished,) = shelf.unfinished()
    assert unfinished.order == order


def test_fault_60_an_interrupted_model_is_gone_on_with_in_the_next_start(
    hub: FakeHub, client: HubClient, order: Order
) -> None:
    hub.file_answers.extend([Drop(10**9)] * 3 + [Drop(200_000)] + [Status(500)] * 9)
    with pytest.raises(VitrineError):
        fetch(order, client, silent, NO_WAITS)
    (unfinished,) = shelf.unfinished()
    small = sum(len(FILES[name]) for name in WANTED[:3])
    assert unfinished.done == shelf.bytes_here(order) == small + 200_000
    hub.file_answers.clear()
    before = len(hub.file_requests)
    fetched = fetch(unfinished.order, client, silent)
    assert files_in(fetched.path) == {name: FILES[name] for name in WANTED}
    asked = hub.file_requests[before:]
    assert [one.headers.get("Range") for one in asked] == ["bytes=200000-"]


def test_fault_60_a_whole_file_that_was_damaged_meanwhile_is_fetched_anew(
    client: HubClient, order: Order
) -> None:
    with pytest.raises(KeyboardInterrupt):
        fetch(order, client, stop_at("onnx/model.onnx_data"))
    graph = shelf.incoming_folder(order) / "onnx" / "model.onnx"
    graph.write_bytes(b"\0" * len(FILES["onnx/model.onnx"]))
    assert files_in(fetch(order, client, silent).path) == {name: FILES[name] for name in WANTED}


def test_another_commit_keeps_what_is_the_same_and_drops_the_rest(
    hub: FakeHub, client: HubClient, order: Order
) -> None:
    hub.repositories[REPOSITORY].files["onnx/model.onnx_data_1"] = b"old"
    offer = look_up(HubId(REPOSITORY), client)
    with pytest.raises(KeyboardInterrupt):
        fetch(offer.order(offer.variants[0]), client, stop_at("onnx/model.onnx_data_1"))
    renewed = {**FILES, "config.json": b'{"model_type": "llama", "newer": true}'}
    hub.add(REPOSITORY, renewed)
    before = len(hub.file_requests)
    offer = look_up(HubId(REPOSITORY), client)
    fetched = fetch(offer.order(offer.variants[0]), client, silent)
    assert files_in(fetched.path) == {name: renewed[name] for name in WANTED}
    assert [one.path.rpartition("/")[2] for one in hub.file_requests[before:]] == ["config.json"]


def test_a_newer_commit_gets_a_folder_of_its_own(hub: FakeHub, client: HubClient, order: Order) -> None:
    older = fetch(order, client, silent).path
    hub.add(REPOSITORY, {**FILES, "onnx/model.onnx": random_bytes(7, 5_000)})
    offer = look_up(HubId(REPOSITORY), client)
    newer = fetch(offer.order(offer.variants[0]), client, silent).path
    assert newer.name == f"tiny-model--fp32--{offer.repository.commit[:8]}"
    assert files_in(older) == {name: FILES[name] for name in WANTED}


def test_a_folder_that_lost_files_is_set_aside_and_fetched_anew(client: HubClient, order: Order) -> None:
    plain = fetch(order, client, silent).path
    (plain / "config.json").unlink()
    second = fetch(order, client, silent).path
    (second / "config.json").unlink()
    third = fetch(order, client, silent).path
    assert second == third != plain
    assert files_in(third) == {name: FILES[name] for name in WANTED}
    damaged = third.parent / f"{third.name}.damaged-{os.getpid()}"
    assert damaged.is_dir()
    assert shelf.read_record(damaged) is None


def test_the_path_to_open_is_the_file_of_a_gguf_model_and_the_folder_of_others(order: Order) -> None:
    folder = Path("/here")
    gguf = Variant("Q4_0", "gguf", "a/tiny.gguf", order.variant.files)
    genai = Variant("genai", "genai", "cpu/int4", order.variant.files)
    assert shelf.path_to_open(folder, gguf) == folder / "a" / "tiny.gguf"
    assert shelf.path_to_open(folder, genai) == folder / "cpu" / "int4"
    assert shelf.path_to_open(folder, replace(genai, opens="")) == folder
    assert shelf.path_to_open(folder, order.variant) == folder


def test_fault_46_room_is_looked_for_before_anything_is_fetched(
    hub: FakeHub, client: HubClient, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(Path())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=64 << 20))
    with pytest.raises(VitrineError) as refused:
        fetch(order, client, silent)
    assert refused.value.case == "no-room"
    assert "67 MB free" in refused.value.what
    assert not hub.file_requests
    monkeypatch.undo()


def test_fault_46_what_is_there_needs_no_room_again(
    hub: FakeHub, client: HubClient, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyboardInterrupt):
        fetch(order, client, stop_at("onnx/model.onnx_data"))
    lacking = order.variant.size - shelf.bytes_here(order)
    usage = shutil.disk_usage(Path())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=(64 << 20) + lacking))
    assert fetch(order, client, silent).path.is_dir()


def test_fault_62_an_order_with_an_unsafe_name_is_refused_too(
    hub: FakeHub, client: HubClient, order: Order
) -> None:
    for name in ("../config.json", "C:\\x", "NUL"):
        file = replace(order.variant.files[0], name=name)
        evil = replace(order, variant=replace(order.variant, files=(*order.variant.files, file)))
        with pytest.raises(VitrineError) as refused:
            fetch(evil, client, silent)
        assert refused.value.case == "unsafe-file-name"
    assert not hub.file_requests


def test_two_at_once_do_not_disturb_each_other(client: HubClient, order: Order) -> None:
    incoming = shelf.incoming_folder(order)
    incoming.parent.mkdir(parents=True)
    with (
        filelock.FileLock(incoming.with_name(f"{incoming.name}.lock")),
        pytest.raises(VitrineError) as refused,
    ):
        fetch(order, client, silent)
    assert refused.value.case == "fetched-elsewhere"


def test_an_unfinished_download_can_be_thrown_away(client: HubClient, order: Order) -> None:
    with pytest.raises(KeyboardInterrupt):
        fetch(order, client, stop_at("onnx/model.onnx_data"))
    assert shelf.bytes_here(order) > 0
    shelf.discard(order)
    assert shelf.unfinished() == []
    assert shelf.bytes_here(order) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.update(format=2),
        lambda record: record.pop("variant"),
        lambda record: record["repository"].update(name="../x"),
        lambda record: record["repository"].update(name="org/name@main"),
        lambda record: record["repository"].update(commit="main"),
        lambda record: record["repository"].update(surprise=1),
        lambda record: record["variant"].update(key="../../x"),
        lambda record: record["variant"].update(kind="exe"),
        lambda record: record["variant"]["files"][0].update(name="../../x"),
        lambda record: record["variant"]["files"][0].update(size="9"),
        lambda record: record["variant"]["files"][0].update(size=-1),
        lambda record: record["variant"]["files"][0].update(sha256=None),
        lambda record: record.update(variant=[]),
    ],
)
def test_fault_62_a_record_that_was_tampered_with_counts_for_nothing(
    client: HubClient, order: Order, change: Callable[[dict[str, object]], object]
) -> None:
    folder = fetch(order, client, silent).path
    record = json.loads((folder / shelf.RECORD).read_text("utf-8"))
    change(record)
    (folder / shelf.RECORD).write_text(json.dumps(record), "utf-8")
    assert shelf.read_record(folder) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_a_record_that_is_damaged_counts_for_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / shelf.RECORD).write_bytes(content)
    assert shelf.read_record(tmp_path) is None
