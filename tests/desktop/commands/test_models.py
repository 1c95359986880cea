"""`vitrine models`: the library from the command line; and MODEL as other commands take it."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.commands import models as command
from desktop.commands.models import ACTIONS
from models.bundle import SourceFile
from models.bundle_library import ready_bundle
from models.default_model import VARIABLE
from models.directories import DATA_DIRECTORY_VARIABLE, bundles_directory
from models.errors import VitrineError
from models.model_name import resolve_model
from tests.desktop.commands.conftest import RunVitrine
from tests.fake_hub import FakeHub, name_in_environment, random_bytes
from tests.models.shelf_samples import PROOF, put_bundle


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shelf of its own, without a default model."""
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.gguf"))


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_an_empty_library_says_how_models_come_into_it(vitrine: RunVitrine) -> None:
    done = vitrine("models", "list")
    assert done.status == 0
    assert "vitrine models import" in done.output


def test_the_table_has_a_line_for_each_bundle(vitrine: RunVitrine) -> None:
    put_bundle("bbb-2", name="Small", proof=PROOF)
    put_bundle("aaa-2.damaged-4", name="Broken")
    lines = vitrine("models", "list").output.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("Broken")
    assert lines[1].endswith("damaged")
    assert "134,515,008" in lines[2]
    assert lines[2].endswith("max |Δ| 5.4e-07")


def test_json_has_the_facts_as_they_are(vitrine: RunVitrine) -> None:
    folder = put_bundle("aaa-2", name="Small", proof=PROOF, weights=5000)
    ((only,),) = vitrine("models", "list", "--json").records
    assert only["name"] == "Small"
    assert only["state"] == "ready"
    assert only["parameters"] == 134_515_008
    assert only["proof"]["max_delta"] == 5.4e-7
    assert only["disk_bytes"] == sum(file.stat().st_size for file in folder.iterdir())
    (whole,) = vitrine("models", "show", "Small", "--json").records
    assert whole["report"]["tokenizer"].startswith("byte-level BPE")


def test_weights_that_are_read_where_they_lie_are_told_apart(vitrine: RunVitrine, tmp_path: Path) -> None:
    source = tmp_path / "model.onnx"
    source.write_bytes(bytes(5_000_000))
    put_bundle("aaa-2", weights_folder=str(tmp_path), source_files=(SourceFile.of(source),))
    ((only,),) = vitrine("models", "list", "--json").records
    assert only["disk_bytes"] < 100_000
    assert (only["elsewhere_bytes"], only["elsewhere"]) == (5_000_000, str(tmp_path))
    assert "5.00 MB" not in vitrine("models", "list").output
    assert f"weights 5.00 MB read where they lie, in {tmp_path}" in vitrine("models", "show", "aaa-2").output


def test_show_says_everything_of_one(vitrine: RunVitrine) -> None:
    put_bundle("aaa-2", name="Small", proof=PROOF, report={"warnings": ("Native code is ignored.",)})
    said = vitrine("models", "show", "small").output
    for part in ("Q8_0 → 8-bit blocks of 32, relative error 0.42 %", "4 GroupQueryAttention", "apache-2.0"):
        assert part in said
    assert "Native code is ignored." in said
    assert "int8 (this one), fp16, fp32" in said


def test_fault_38_the_terminal_gets_no_control_characters(vitrine: RunVitrine) -> None:
    put_bundle("aaa-2", name="evil\x1b[2J\u202ename", licence="\x07mit", architecture="\u2066x")
    for arguments in (("list",), ("show", "aaa-2"), ("list", "--json")):
        said = vitrine("models", *arguments).output
        assert not {"\x1b", "\u202e", "\x07", "\u2066"} & set(said)


def test_a_model_is_imported_and_proved(vitrine: RunVitrine, tiny_model: Path) -> None:
    done = vitrine("models", "import", tiny_model)
    assert done.status == 0
    assert done.output.startswith("“tiny” is imported.")
    assert re.search(r"^proof +max \|Δ\| \S+\. Compared with the CPU kernel's own", done.output, re.MULTILINE)
    assert vitrine("models", "list").output.splitlines()[-1].split()[-2:][0] == "|Δ|"
    again = vitrine("models", "import", tiny_model)
    assert again.output.startswith("“tiny” was imported before.")
    (record,) = vitrine("models", "import", tiny_model, "--variant", "fp32", "--json").records
    assert (record["imported"], record["report"]["variant"]) == (True, "fp32")
    assert len(list(bundles_directory().iterdir())) == 2


def test_a_proof_that_cannot_be_made_costs_no_import(
    vitrine: RunVitrine, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(name: str, needed: int) -> None:
        raise VitrineError("model-larger-than-memory", f"{name} needs more memory.", "Close other programs.")

    monkeypatch.setattr("inference.proof.check_memory", no_room)
    done = vitrine("models", "import", tiny_model)
    assert done.status == 0
    assert "The check could not run: tiny needs more memory." in done.complaint
    assert "not measured" in done.output


def test_stopping_an_import_leaves_nothing_half_done(
    vitrine: RunVitrine, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(progress: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "show_progress", interrupt)
    done = vitrine("models", "import", tiny_model)
    assert done.status == 130
    assert list(bundles_directory().iterdir()) == []


def test_fault_01_what_is_no_model_is_a_sentence(vitrine: RunVitrine, tmp_path: Path) -> None:
    (tmp_path / "picture.gguf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = vitrine("models", "import", tmp_path / "picture.gguf")
    assert (done.status, done.output) == (1, "")
    assert "PNG" in done.complaint
    assert len(done.complaint.splitlines()) == 1


def test_a_model_is_renamed_used_by_its_name_and_removed(vitrine: RunVitrine, tiny_model: Path) -> None:
    ready_bundle(tiny_model, "CPU", lambda done, total: None)
    assert vitrine("models", "rename", "tiny", "Pequeno modelo").status == 0
    wrote = vitrine("generate", "pequeno modelo", "--prompt", "the", "--raw", "--max-tokens", "2", "--json")
    assert wrote.records[-1]["model"] == "Pequeno modelo"
    removed = vitrine("models", "remove", "Pequeno modelo", "--yes")
    assert removed.status == 0
    assert "free again" in removed.output
    assert tiny_model.is_file()
    assert list(bundles_directory().iterdir()) == []


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("\n", False), ("n\n", False), ("", False)])
def test_removing_asks(vitrine: RunVitrine, monkeypatch: pytest.MonkeyPatch, answer: str, gone: bool) -> None:
    folder = put_bundle("aaa-2", name="Small", weights=3_000_000)
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    done = vitrine("models", "remove", "Small")
    assert "3.00 MB are freed" in done.complaint
    assert folder.exists() is not gone
    assert done.status == (0 if gone else 130)


def test_without_somebody_to_ask_removing_wants_a_word(
    vitrine: RunVitrine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put_bundle("aaa-2", name="Small")
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    done = vitrine("models", "remove", "Small")
    assert done.status == 2
    assert "--yes" in done.complaint
    assert folder.is_dir()


def test_two_of_one_name_are_told_apart_by_their_folders(vitrine: RunVitrine) -> None:
    put_bundle("aaa-2", name="Small")
    put_bundle("bbb-2", name="Small")
    done = vitrine("models", "remove", "Small", "--yes")
    assert done.status == 1
    assert "2 models" in done.complaint
    assert vitrine("models", "remove", "bbb-2", "--yes").status == 0
    assert vitrine("models", "show", "Small").status == 0


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one.name)
def test_every_action_refuses_words_it_does_not_take(vitrine: RunVitrine, action: object) -> None:
    words = getattr(action, "words", ())
    name = getattr(action, "name", "")
    done = vitrine("models", name, *["word"] * (len(words) + 1))
    assert done.status == 2
    assert f"vitrine models {name}" in done.complaint
    assert len(done.complaint.splitlines()) == 1


def test_an_unknown_action_is_one_line(vitrine: RunVitrine) -> None:
    done = vitrine("models", "burn")
    assert done.status == 2
    assert "burn" in done.complaint
    assert len(done.complaint.splitlines()) == 1


def test_a_name_that_nobody_has_is_a_sentence(vitrine: RunVitrine) -> None:
    for action in ("show", "remove"):
        done = vitrine("models", action, "nobody")
        assert done.status == 1
        assert "vitrine models list" in done.complaint


@pytest.mark.parametrize(
    "arguments",
    [
        ("generate", "ana/modelo", "--prompt", "x"),
        ("capture", "ana/modelo", "--prompt", "x", "out.npz"),
        ("bench", "ana/modelo"),
        ("screenshot", "ana/modelo", "--prompt", "x", "out.png"),
        ("models", "import", "ana/modelo"),
    ],
    ids=lambda one: one[0],
)
def test_a_hub_id_that_is_not_here_says_how_to_get_it_everywhere(
    vitrine: RunVitrine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = vitrine(*arguments)
    assert done.status == 1
    assert "vitrine models download ana/modelo" in done.complaint
    assert len(done.complaint.splitlines()) == 1


def test_another_variant_of_a_bundle_is_made_from_its_source(vitrine: RunVitrine, tiny_model: Path) -> None:
    bundle, _ = ready_bundle(tiny_model, "CPU", lambda done, total: None)
    wrote = vitrine(
        *("generate", str(bundle.folder), "--variant", "fp32", "--prompt", "the", "--raw"),
        *("--max-tokens", "1", "--json"),
    )
    assert wrote.status == 0
    assert wrote.records[-1]["precision"] != bundle.facts.precision_label


def test_help_lists_the_actions(vitrine: RunVitrine) -> None:
    done = vitrine("models", "--help")
    assert done.status == 0
    for action in ACTIONS:
        assert action.help in done.output


def test_records_are_json(vitrine: RunVitrine) -> None:
    put_bundle("aaa-2")
    assert json.loads(vitrine("models", "list", "--json").output)[0]["folder"].endswith("aaa-2")


# ---------------------------------------------------------------- downloading


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub with one model, and nothing else in the environment of processes that are started."""
    made = FakeHub()
    made.add(
        "ana/modelo", {"tiny-Q4_0.gguf": random_bytes(1, 300_000), "tiny-F16.gguf": random_bytes(2, 900)}
    )
    name_in_environment(made, monkeypatch, tmp_path)
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    yield made
    made.close()


def test_a_model_is_downloaded_listed_and_found_by_its_hub_id(vitrine: RunVitrine, hub: FakeHub) -> None:
    done = vitrine("models", "download", "ana/modelo", "--variant", "F16")
    assert done.status == 0
    path = Path(done.output.strip())
    assert path.read_bytes() == random_bytes(2, 900)
    assert "ana/modelo, F16" in done.complaint
    assert resolve_model("ana/modelo") == path
    ((only,),) = vitrine("models", "list", "--json").records
    assert (only["name"], only["state"]) == ("ana/modelo (F16)", "downloaded")


def test_fault_61_ctrl_c_stops_a_download_and_the_next_call_goes_on(
    vitrine: RunVitrine, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(task: str, done: int, total: int) -> None:
        if task:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(command, "show_share", interrupt)
        assert vitrine("models", "download", "ana/modelo", "--variant", "Q4_0").status == 130
    assert vitrine("models", "list", "--json").records == [[]], "nothing half done is listed"
    assert vitrine("models", "download", "ana/modelo", "--variant", "Q4_0").status == 0


def test_fault_59_what_the_hub_refuses_is_one_sentence(vitrine: RunVitrine, hub: FakeHub) -> None:
    done = vitrine("models", "download", "ana/nobody")
    assert (done.status, done.output) == (1, "")
    assert "ana/nobody" in done.complaint
    assert len(done.complaint.splitlines()) == 1
