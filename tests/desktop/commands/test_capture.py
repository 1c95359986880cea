"""`vitrine capture`: the file it writes, and when it refuses to.

The numbers in it are held against others in `tests.inference.test_capture`.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.desktop.commands.conftest import RunVitrine


def test_the_file_holds_ids_logits_attention_and_facts(
    vitrine: RunVitrine, tiny_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.npz"
    outcome = vitrine("capture", tiny_model, "--ids", "5 6, 7", out, "--provider", "cpu")
    assert (outcome.status, outcome.output, outcome.complaint) == (0, "", "")
    with np.load(out) as arrays:
        assert sorted(arrays) == ["attention", "facts", "ids", "logits"]
        assert arrays["ids"].tolist() == [5, 6, 7]
        assert arrays["ids"].dtype == np.int64
        assert arrays["logits"].shape == (3, 389)
        assert arrays["attention"].shape == (2, 4, 3, 3)
        facts = json.loads(str(arrays["facts"]))
    assert facts["model"] == "tiny"
    assert facts["provider"]["name"] == "CPU"
    assert facts["provider"]["reason"] == "chosen"
    assert facts["proof"]["kind"] == "reconstructed"
    assert facts["proof"]["max_delta"] <= 1e-5
    assert facts["proof"]["logits_delta"] == 0.0
    assert facts["proof"]["tokens"] == 3
    assert len(facts["source_sha256"]) == 64


@pytest.mark.parametrize(
    "order", [("MODEL", "OPTION", "OUT"), ("MODEL", "OUT", "OPTION"), ("OPTION", "MODEL", "OUT")]
)
def test_options_may_stand_anywhere(
    order: tuple[str, ...], vitrine: RunVitrine, tiny_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.npz"
    words = {"MODEL": [tiny_model], "OUT": [out], "OPTION": ["--ids", "5"]}
    assert vitrine("capture", *(word for part in order for word in words[part])).status == 0
    assert out.exists()


def test_a_prompt_is_templated_unless_it_is_raw(
    vitrine: RunVitrine, tiny_model: Path, tmp_path: Path
) -> None:
    lengths = []
    for extra in (["--raw"], [], ["--system", "the sky"]):
        assert vitrine("capture", tiny_model, "--prompt", "water", *extra, tmp_path / "out.npz").status == 0
        with np.load(tmp_path / "out.npz") as arrays:
            lengths.append(len(arrays["ids"]))
    assert lengths[0] == 1
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--ids", "5 6"], 2, "required: OUT.npz"),
        (["--ids", "five", "OUT"], 2, "“five” is not a list of token IDs"),
        (["--ids", "5", "--prompt", "x", "OUT"], 2, "not allowed with argument"),
        (["--ids", "5", "--raw", "OUT"], 2, "Token IDs are read as they are."),
        (["OUT"], 2, "one of the arguments --prompt --ids is required"),
        (["--ids", "", "OUT"], 1, "The prompt has no tokens."),
        (["--ids", "389", "OUT"], 1, "There is no token 389"),
        (["--ids", "5 " * 300, "--memory", "0.001", "OUT"], 1, "Capturing 300 tokens needs 6.2 MB"),
        (["--ids", "5 " * 4097, "OUT"], 1, "4,097 tokens and the model's context is 4,096"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else "",
)
def test_what_cannot_be_captured_leaves_no_file(
    arguments: list[str], status: int, sentence: str, vitrine: RunVitrine, tiny_model: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "out.npz")
    given = [out if word == "OUT" else word for word in arguments]
    # The model would take the only place there is where the output is what is missing.
    model = [] if status == 2 else [tiny_model]
    outcome = vitrine("capture", *model, *given)
    assert outcome.status == status
    assert sentence in outcome.complaint
    assert outcome.complaint.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_fault_46_an_output_that_cannot_be_written_is_told_before_any_work(
    vitrine: RunVitrine, tmp_path: Path
) -> None:
    outcome = vitrine("capture", "no-such-model.gguf", "--ids", "5", tmp_path / "nowhere" / "out.npz")
    assert outcome.status == 1
    assert "nowhere" in outcome.complaint
    assert "no-such-model" not in outcome.complaint
