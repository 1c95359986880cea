"""Exports that cannot be run, that change, vanish, hang or are cut short while they are used.

Knows nothing about windows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from inference.contract import EngineLost, Failed, Generate, Load, RawPrompt, Step
from inference.loaded_model import load_model
from inference.process import EngineProcess
from inference.runtime.opening import marked, withdraw_marks
from inference.runtime.session import Interrupter
from inference.sampling.settings import SamplingSettings
from models.bundle_changes import rename_bundle
from models.errors import VitrineError
from models.templates_on_disk import keep_edited_template
from tests.inference.event_log import EventLog
from tests.inference.observed_exports import KERNEL, opened, opened_export
from tests.models.tiny_export import (
    DATA_FILE,
    TinyExport,
    saved_export,
    tiny_model,
    write_companions,
    write_tiny_export,
)

HANGING = """
import faulthandler, sys
from contextlib import contextmanager
from pathlib import Path
from inference.loaded_model import load_model
from inference.runtime.session import Interrupter
@contextmanager
def watch():
    faulthandler.dump_traceback_later(3, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()
load_model(Path(sys.argv[1]), "cpu", Interrupter(), lambda done, total: None, watch)
"""


@contextmanager
def refused(case: str, *words: str) -> Iterator[None]:
    """Something refused with a sentence."""
    with pytest.raises(VitrineError) as raised:
        yield
    assert raised.value.case == case, raised.value
    assert raised.value.remedy.endswith(".")
    for word in words:
        assert word in raised.value.what


def load(folder: Path) -> None:
    load_model(folder, "cpu", Interrupter(), lambda done, total: None).close()


@pytest.mark.parametrize(
    ("export", "case", "words"),
    [
        (TinyExport(cache=False), "no-cache", ["no key/value cache"]),
        (TinyExport(further_input="temperature"), "unexpected-input", ["“temperature”", "FLOAT"]),
        (TinyExport(further_input="a\u202eb"), "unexpected-input", ["“a⟨U+202E⟩b”"]),
        (TinyExport(cache_type=TensorProto.BFLOAT16), "unsupported-cache-type", ["key", "BFLOAT16"]),
        (TinyExport(logits_type=TensorProto.BFLOAT16), "no-logits", ["logits (BFLOAT16)"]),
        (TinyExport(learned_positions=1, rotary=""), "context-too-short", ["1 positions"]),
    ],
)
def test_fault_19_what_is_not_supported_is_named(
    tmp_path: Path, export: TinyExport, case: str, words: list[str]
) -> None:
    write_tiny_export(tmp_path, export)
    with refused(case, *words):
        load(tmp_path)


def test_fault_21_an_export_whose_logits_are_no_numbers_is_refused(tmp_path: Path) -> None:
    made = tiny_model(TinyExport())
    head = next(one for one in made.graph.initializer if one.name == "head")
    array = numpy_helper.to_array(head).copy()
    array[3, 4] = np.nan
    head.CopyFrom(numpy_helper.from_array(array, "head"))
    write_companions(tmp_path, 320)
    saved_export(tmp_path, made)
    with refused("logits-not-finite"):
        load(tmp_path)


@pytest.mark.parametrize("place", ["graph", "logits", "cache"])
def test_fault_19_logits_and_caches_of_16_bits_work(tmp_path: Path, place: str) -> None:
    half = TensorProto.FLOAT16
    types = {"graph": {"dtype": "float16"}, "logits": {"logits_type": half}, "cache": {"cache_type": half}}
    with opened_export(tmp_path, TinyExport(**types[place])) as model:
        assert model.facts.wiring.cache_dtype == ("float32" if place == "logits" else "float16")
        assert model.facts.wiring.logits_dtype == ("float32" if place == "cache" else "float16")
        for _ in model.decoder.prefill([5, 6, 7], 0):
            pass
        assert str(model.decoder.last_logits(2).dtype) == "float32"


def test_fault_16_an_unknown_operator_is_named_before_any_work(tmp_path: Path) -> None:
    made = tiny_model(TinyExport())
    next(node for node in made.graph.node if node.op_type == "Softmax").op_type = "Softermax"
    write_companions(tmp_path, 320)
    saved_export(tmp_path, made)
    with refused("unsupported-operator", "Softermax"):
        load(tmp_path)


def test_fault_16_a_future_opset_is_named(tmp_path: Path) -> None:
    write_tiny_export(tmp_path, TinyExport(opset=21))
    made = onnx.load(tmp_path / "model.onnx")
    made.opset_import[0].version = 4000
    saved_export(tmp_path, made)
    with refused("unsupported-onnx-version", "4000"):
        load(tmp_path)


def test_fault_17_an_export_that_hangs_ends_the_engine_and_is_known(tmp_path: Path) -> None:
    made = tiny_model(TinyExport())
    endless(made.graph)
    write_companions(tmp_path, 320)
    saved_export(tmp_path, made)
    done = subprocess.run(
        [sys.executable, "-c", HANGING, tmp_path],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert done.returncode == 1
    assert "Timeout" in done.stderr
    with refused("model-ended-engine", "last time"):
        load(tmp_path)


def test_fault_17_an_export_that_somebody_gave_up_is_not_to_blame(tmp_path: Path) -> None:
    """The window is closed, or another model wanted, while the runtime works and listens to nobody."""
    mark = tmp_path / "opening"
    with marked(mark, "this model"):
        assert mark.exists()
        withdraw_marks()
        assert not mark.exists()
    with marked(mark, "this model"):
        assert mark.exists(), "there was nothing to complain of"
    assert not mark.exists()


def endless(graph: onnx.GraphProto) -> None:
    """Have the logits wait for a loop that ends in a few thousand years."""
    counter = helper.make_tensor_value_info("turn", TensorProto.INT64, [])
    goes_on = [helper.make_tensor_value_info(name, TensorProto.BOOL, []) for name in ("on", "still")]
    numbers = [helper.make_tensor_value_info(name, TensorProto.FLOAT, []) for name in ("before", "after")]
    nodes = [helper.make_node("Identity", ["on"], ["still"]), helper.make_node("Cos", ["before"], ["after"])]
    body = helper.make_graph(nodes, "body", [counter, goes_on[0], numbers[0]], [goes_on[1], numbers[1]])
    for name, kind, value in (("turns", TensorProto.INT64, 1 << 62), ("yes", TensorProto.BOOL, 1)):
        graph.initializer.append(helper.make_tensor(name, kind, [], [value]))
    graph.initializer.append(helper.make_tensor("first", TensorProto.FLOAT, [], [1.0]))
    last = graph.node.pop()
    assert list(last.output) == ["logits"]
    graph.node.append(helper.make_node("Loop", ["turns", "yes", "first"], ["at last"], body=body))
    graph.node.append(helper.make_node("Mul", [last.input[0], "at last"], ["logits"]))


def appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\0")


@pytest.mark.parametrize("name", ["model.onnx", DATA_FILE])
@pytest.mark.parametrize(
    ("change", "case"),
    [(Path.unlink, "source-missing"), (appended, "source-changed")],
    ids=["gone", "longer"],
)
def test_fault_53_files_that_changed_since_the_import_are_named(
    tmp_path: Path, name: str, change: Callable[[Path], None], case: str
) -> None:
    source = tmp_path / "source"
    with opened_export(source, TinyExport(external=True)) as model:
        folder = model.bundle.folder
        assert {Path(one.path).name for one in model.facts.source_files} == {"model.onnx", DATA_FILE}
    change(source / name)
    with refused(case, f"“{name}”", model.facts.name):
        load(folder)


def test_fault_53_a_changed_export_is_imported_again(tmp_path: Path) -> None:
    with opened_export(tmp_path, TinyExport()) as model:
        first = model.bundle.folder
        assert model.imported
    with opened(tmp_path) as model:
        assert not model.imported
        assert model.bundle.folder == first
    with opened_export(tmp_path, TinyExport(window=30)) as model:
        assert model.imported
        assert [site.window for site in model.facts.sites] == [30, 30]


def test_fault_53_an_export_put_back_as_it_was_keeps_its_name_and_template(tmp_path: Path) -> None:
    """Copied back from a backup, say: the same content with other times."""
    with opened_export(tmp_path, TinyExport(external=True)) as model:
        folder = model.bundle.folder
    rename_bundle(folder, "Mine")
    keep_edited_template(folder, "{{ 'mine' }}")
    os.utime(tmp_path / DATA_FILE, (1, 1))
    with refused("source-changed", DATA_FILE):
        load(folder)
    with opened(tmp_path) as model:
        assert model.imported
        assert (model.bundle.folder, model.facts.name) == (folder, "Mine")
        assert model.chat_template == "{{ 'mine' }}"
        model.bundle.check_source()
    own = [one.name for one in folder.parent.iterdir() if folder.name in one.name]
    assert own == [folder.name], "nothing is left of the old one"


def test_an_export_moved_elsewhere_is_imported_again(tmp_path: Path) -> None:
    with opened_export(tmp_path / "here", TinyExport()) as model:
        assert model.imported
    shutil.move(tmp_path / "here", tmp_path / "there")
    with opened(tmp_path / "there") as model:
        assert model.imported


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be cut short there")
def test_fault_53_weights_cut_short_in_use_end_the_engine_only(tmp_path: Path) -> None:
    write_tiny_export(tmp_path, TinyExport(KERNEL, external=True))
    engine = EngineProcess()
    try:
        log = EventLog(engine)
        engine.send(Load(str(tmp_path), "cpu"))
        log.wait_for_loaded()
        os.truncate(tmp_path / DATA_FILE, 0)
        for generation in range(1, 40):
            engine.send(Generate(generation, RawPrompt("the sky is blue"), SamplingSettings(), generation, 3))
        outcome = log.wait(EngineLost | Failed)  # type: ignore[arg-type]
        if isinstance(outcome, EngineLost):
            assert outcome.exit_code != 0
            assert not engine.alive
        else:
            assert outcome.what
    finally:
        engine.close()


def test_an_export_opened_in_an_engine_process_writes(tmp_path: Path) -> None:
    write_tiny_export(tmp_path, TinyExport())
    engine = EngineProcess()
    try:
        log = EventLog(engine)
        engine.send(Load(str(tmp_path), "cpu"))
        loaded = log.wait_for_loaded()
        assert loaded.report.format == "onnx"
        assert loaded.report.attention_refused is None
        log.generate(1, "the sky", max_tokens=4)
        log.wait(Step)
        assert log.wait_for_stopped(1).reason in ("length", "end")
    finally:
        engine.close()
