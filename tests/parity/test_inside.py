"""The residual stream, its shares of a logit, and what is left without a head, a block or a word: as in transformers.

Knows nothing of how graphs are changed for that. Built graphs in 32 bits, and exports of every kind of attention.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.inside.looking import Looking, states_of
from inference.intervention import NOTHING, Intervention
from inference.loaded_model import LoadedModel, load_model
from inference.readings.contract import CompareReadings, Similarity, WordInSentence
from inference.readings.sentence_reading import SentenceReading
from inference.runtime.session import Interrupter
from models.errors import VitrineError
from tests.parity.conftest import VOCABULARY, run_script
from tests.parity.reference_settings import COVERED, HEAD, LAYER
from tests.parity.three_ways import texts
from tests.requirements import REFERENCE_VARIABLE

pytestmark = [pytest.mark.reference, pytest.mark.timeout(900)]

Arrays = dict[str, NDArray[np.float32]]

CLOSE = 1e-4
ADDS_UP = 1e-3

BUILT = (
    "llama", "llama_tied", "llama_biased", "llama_odd_heads", "mistral", "qwen2", "qwen3", "gemma2", "gemma3",
    "phi3", "gpt2",
)  # fmt: skip

EXPORTS = {
    "genai_llama_fp32": "llama",
    "genai_llama_separate": "llama",
    "genai_llama_all_heads_fp32": "llama_all_heads",
    "genai_qwen3_fp32": "qwen3",
    "genai_gemma2_fp32": "gemma2",
    "optimum_llama": "llama",
    "optimum_llama_opset13": "llama",
    "optimum_llama_merged": "llama",
    "optimum_gpt2": "gpt2",
    "optimum_qwen3": "qwen3",
    "optimum_gemma2": "gemma2",
    "optimum_gemma3": "gemma3",
    "optimum_phi": "phi",
    "optimum_phi3": "phi3",
    "optimum_olmo2": "olmo2",
    "attention23_gpt2": "gpt2",
    "attention24_llama_grouped": "llama",
    "torch_llama_attention24": "llama",
    "contrib_attention_gpt2": "gpt2",
    "contrib_mha_gpt2": "gpt2",
}
"""By folder, what each was made of."""

CANNOT_COVER = {"contrib_attention_gpt2"}
"""Exports whose kernels take no mask besides a past."""

MUTED = {
    "head": Intervention(heads=((LAYER, HEAD),)),
    "attention": Intervention(attention=(LAYER,)),
    "mlp": Intervention(mlp=(LAYER,)),
    "covered": Intervention(covered=(COVERED,)),
}


def ids() -> list[int]:
    return texts(VOCABULARY)[0]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoints that graphs are built from."""
    folder = tmp_path_factory.mktemp("built")
    run_script(REFERENCE_VARIABLE, "make_built_checkpoints.py", folder, *BUILT)
    return folder


@pytest.fixture(scope="module")
def truths(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, tuple[str, ...]], dict[str, Arrays]]:
    """What transformers makes of checkpoints of a folder, made once."""
    known: dict[Path, dict[str, Arrays]] = {}

    def truth(folder: Path, names: tuple[str, ...]) -> dict[str, Arrays]:
        if folder not in known:
            out = tmp_path_factory.mktemp("inside")
            (out / "text.json").write_text(json.dumps(ids()), "utf-8")
            run_script(REFERENCE_VARIABLE, "reference_inside.py", folder, out / "text.json", out, *names)
            known[folder] = {name: dict(np.load(out / f"{name}.npz")) for name in names}
        return known[folder]

    return truth


def read(model: LoadedModel, intervention: Intervention = NOTHING) -> NDArray[np.float32]:
    """Logits of all rows, the last ones read one by one."""
    model.intervene(intervention)
    sequence, decoder = model.sequence, model.decoder
    sequence.replace(ids())
    sequence.read = 0
    for done in decoder.prefill(ids()[:-4], 0):
        sequence.read = done
    for position in range(len(ids()) - 4, len(ids())):
        decoder.decode(ids()[position], position)
        sequence.alone[position] = True
        sequence.read = position + 1
    return model.reader.whole_logits()


def check(model: LoadedModel, truth: Arrays, covers: bool = True) -> None:
    """Compare everything of one model."""
    assert np.abs(read(model) - truth["logits"]).max() < CLOSE
    for name, intervention in MUTED.items():
        if name == "covered" and not covers:
            with pytest.raises(VitrineError, match="cannot be covered"):
                model.intervene(intervention)
            continue
        rows = np.arange(len(ids())) != COVERED if name == "covered" else slice(None)
        assert np.abs(read(model, intervention) - truth[name])[rows].max() < CLOSE, name
    # Nothing that was muted is left over.
    model.intervene(NOTHING)
    assert np.abs(model.reader.whole_logits() - truth["logits"]).max() < CLOSE
    check_stream(model, truth)
    check_readings(model, truth)
    for position in (0, len(ids()) // 2, len(ids()) - 1):
        found = model.inside.attribution(position, None)
        assert abs(found.logit - truth["logits"][position, found.token]) < CLOSE
        parts = found.embedding + found.positions + found.attention.sum() + found.mlp.sum() + found.offset
        bound = model.facts.architecture in ("gemma2",)
        assert bound or abs(parts - found.logit) < ADDS_UP, found
        assert parts + found.remainder == pytest.approx(found.logit, abs=1e-5)
        assert np.isfinite(found.heads).all()


def check_stream(model: LoadedModel, truth: Arrays) -> None:
    """The stream at every point but the last, which transformers norms, and the lens through its norm and head."""
    looking = Looking(model.inside.instrument, NOTHING)
    points = looking.graph.points
    ((count, values),) = looking.reading.rows(model.sequence, 0, len(ids()) - 4, points)
    stream = np.stack([states_of(values[name], count) for name in points])
    assert np.abs(stream[:-1] - truth["stream"][:-1, :count]).max() < CLOSE * max(np.abs(stream).max(), 1)
    normed = looking.final_norm(values[points[-1]].dtype).states(stream[-1])
    assert np.abs(normed - truth["stream"][-1, :count]).max() < CLOSE
    lens = model.inside.lens(len(ids()) - 8, len(ids()))
    logits = truth["logits"][lens.start : lens.stop].astype(np.float64)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    np.testing.assert_array_equal(lens.top[:, -1], logits.argmax(axis=-1))
    assert np.abs(lens.top_p[:, -1] - probabilities.max(axis=-1)).max() < CLOSE


def check_readings(model: LoadedModel, truth: Arrays) -> None:
    """The vectors of a sentence that is read beside the conversation, and the cosines of two words in it."""
    sentence, (first, second) = tuple(ids()), (len(ids()) // 3, len(ids()) - 2)
    words = WordInSentence(sentence, first), WordInSentence(sentence, second)
    found = model.inside.readings.answer(CompareReadings(1, *words), lambda: True)
    assert isinstance(found, Similarity)
    wanted = truth["stream"].astype(np.float64)
    products = (wanted[:, first] * wanted[:, second]).sum(axis=-1)
    cosines = (
        products / np.linalg.norm(wanted[:, first], axis=-1) / np.linalg.norm(wanted[:, second], axis=-1)
    )
    # What comes out of the last layer is there twice, before the norm and behind it; transformers gives the latter.
    assert np.abs(np.delete(found.cosines, -2) - cosines).max() < CLOSE
    instrument = model.inside.instrument
    decoder = instrument.decoder(capture=True, capacity=len(sentence))
    reading = SentenceReading(sentence, decoder, instrument.graph().points)
    reading.read(lambda: True)
    states = np.delete(reading.states, -2, axis=0)
    assert np.abs(states - truth["stream"]).max() < CLOSE * max(np.abs(states).max(), 1)


@pytest.mark.parametrize("name", BUILT)
def test_built_graphs(
    name: str, built: Path, truths: Callable[[Path, tuple[str, ...]], dict[str, Arrays]]
) -> None:
    model = load_model(built / name, "cpu", Interrupter(), lambda done, total: None, variant="fp32")
    truth = truths(built, BUILT)[name]
    try:
        check(model, truth)
        tree = model.inspector.anatomy().entries
        assert model.facts.parameters == int(truth["parameters"])
        if (
            name != "llama_odd_heads"
        ):  # the kernel wants its heads padded, and the tree counts what the graph has
            assert sum(one.parameters for one in tree if one.parent < 0) == int(truth["parameters"])
    finally:
        model.close()


@pytest.mark.optimum
@pytest.mark.parametrize("name", EXPORTS)
def test_exports(
    name: str, exports: Path, truths: Callable[[Path, tuple[str, ...]], dict[str, Arrays]]
) -> None:
    checkpoints = exports / "checkpoints"
    truth = truths(checkpoints, tuple(sorted(set(EXPORTS.values()))))[EXPORTS[name]]
    model = load_model(exports / name, "cpu", Interrupter(), lambda done, total: None)
    try:
        check(model, truth, covers=name not in CANNOT_COVER)
    finally:
        model.close()
