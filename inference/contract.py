"""The contract between engine and window: plain frozen messages, the only things that cross the pipe.

Knows nothing about how the engine computes or how a window shows.

The window sends a `Command`; the engine answers with `Event`s. Arrays in events belong to the receiver.
Positions count tokens from 0 at the start of the sequence. The *row* of a position is what the model
computed when it had seen the token there: it predicts the token at position + 1. Probabilities are
natural-log based; entropies are in nats; times in milliseconds; memory in bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.formula.contract import FormulaQuery
from inference.intervention import NOTHING, Intervention
from inference.plain_records import by_fields
from inference.precision.contract import ReplayReply
from inference.readings.contract import ReadingsQuery
from inference.sampling.settings import SamplingSettings
from inference.tensors.contract import TensorQuery, WeightCommand
from models.attention_site import AttentionSite
from models.import_report import ImportReport

FloatArray: TypeAlias = NDArray[np.float32]
IntArray: TypeAlias = NDArray[np.int64]

Source: TypeAlias = Literal["written", "chosen", "typed"]
"""Who put a token there: the model's draw, a person who picked it in the distribution, or one who typed text."""

# ---------------------------------------------------------------- what a person said


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    Args:
        role: ``"system"``, ``"user"`` or ``"assistant"``.
        text: what it says; of a reply, its final channel.
        ids: of a reply, the exact token IDs the model wrote, of all channels (without the token that ended it);
            they are used as they are, never tokenized again. ``None`` where only text is known.
        thinking: what was thought before the reply, for templates that want it; told by the IDs where they are known.
    """

    role: Literal["system", "user", "assistant"]
    text: str
    ids: tuple[int, ...] | None = None
    thinking: str = ""


@dataclass(frozen=True, slots=True)
class ChatPrompt:
    """A conversation to be rendered with the model's chat template, ready for the model's reply."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class RawPrompt:
    """Text to be continued as it is, without a template. Special tokens in it stay ordinary text."""

    text: str


@dataclass(frozen=True, slots=True)
class IdsPrompt:
    """Token IDs to be continued as they are.

    Args:
        ids: the tokens.
        alone: for each of them whether it is to be read alone, as `Token.alone` told, so that every number comes
            out as it did; empty where that does not matter.
        patience: how many tokens may be read alone for that, which takes as long as writing them; where there are
            more, all are read at once instead. ``None`` is no limit.
        known: whether the sender knows what the tokens are and is not to be told again: `Prompted.tokens` is empty
            then, and `Prompted.alone` says how they are read. Telling takes milliseconds a thousand tokens.
    """

    ids: tuple[int, ...]
    alone: tuple[bool, ...] = ()
    patience: int | None = None
    known: bool = False


Prompt: TypeAlias = ChatPrompt | RawPrompt | IdsPrompt

# ---------------------------------------------------------------- commands


@dataclass(frozen=True, slots=True)
class Load:
    """Load a model; the one loaded before is dropped.

    Args:
        model: path of a model file or bundle; ``None`` is the default model.
        provider: ``"auto"`` (CUDA where it works, else CPU), ``"cpu"``, ``"cuda"`` (the GPU with the most memory
            free) or ``"cuda:1"`` (the GPU of that number).
        variant: which of the source's graphs or precisions, one of `ImportReport.variants`; empty is the best for
            the provider.
        capture_mib: memory that captures may take, in MiB; ``None`` is what `inference.capture_budget` says.
    """

    model: str | None = None
    provider: str = "auto"
    variant: str = ""
    capture_mib: int | None = None


@dataclass(frozen=True, slots=True)
class Generate:
    """Continue a prompt. Answered by `Prompted`, `Step`s and one `Stopped`.

    Args:
        generation: number chosen by the sender; events of this generation carry it.
        prompt: what to continue.
        settings: the sampling chain, until `UpdateSettings` changes it.
        seed: seed of the draws; the draw at a position is a function of (seed, position) alone.
        max_tokens: stop after this many; ``None`` writes until the model ends or the context is full;
            0 only reads the prompt.
        written: first tokens of the reply that are there already; they are read as they were and make no steps.
        chosen: tokens that come next, whatever the draws say; each is a step.
        typed: text whose tokens come after those, likewise.
        together: for each of `written` whether it was read together with others, as `Token.alone` tells; empty where
            none was.
        guess: whether tokens are guessed from what stands in the sequence and read ahead. Every token is then read
            together with at least one other, whether or not anything is guessed, so what is written does not depend
            on the guesses; from what it is without this it can differ by what kernels round. Where
            `Loaded.guess_refused` says why not, nothing is guessed and every token is read alone.
        intervention: what is muted and covered from the first position on. The model without any keeps what it has
            read; what is asked afterwards is answered under this intervention, until the next `Generate`.
    """

    generation: int
    prompt: Prompt
    settings: SamplingSettings
    seed: int
    max_tokens: int | None = None
    written: tuple[int, ...] = ()
    chosen: tuple[int, ...] = ()
    typed: str = ""
    together: tuple[bool, ...] = ()
    guess: bool = False
    intervention: Intervention = NOTHING


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop generating at once, inside a prefill too. Harmless when nothing runs."""


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """Change the sampling chain; takes effect at the next token."""

    settings: SamplingSettings


@dataclass(frozen=True, slots=True)
class Unload:
    """Drop the model and give its memory back."""


# ---------------------------------------------------------------- queries: commands with an answer


@dataclass(frozen=True, slots=True)
class ReadLogits:
    """The logits of a row. Answer: ``float32 [vocabulary]``."""

    query: int
    position: int


@dataclass(frozen=True, slots=True)
class ReadAttention:
    """Attention of one layer for some query rows. Answer: `AttentionRows`.

    Args:
        query: number chosen by the sender.
        layer: from 0.
        head: from 0, or ``"mean"`` / ``"max"`` over the layer's heads.
        start: first query position.
        stop: one past the last query position; at most `ATTENTION_ROWS_PER_READ` rows are answered.
    """

    query: int
    layer: int
    head: int | Literal["mean", "max"]
    start: int
    stop: int


ATTENTION_ROWS_PER_READ = 128
"""Most query rows of one `ReadAttention`: keeps one answer to a few milliseconds of the engine's time."""


@dataclass(frozen=True, slots=True)
class ReadAttentionMap:
    """A part of a head's map at the resolution of a screen. Answer: `AttentionMapPart`.

    While a reply is written it is answered in slices between the tokens.

    Args:
        query: number chosen by the sender.
        layer: from 0.
        head: as in `ReadAttention`.
        stride: queries, and keys, of a cell.
        start: first query position, a multiple of `stride`.
        stop: one past the last query position.
        left: first key position, a multiple of `stride`.
        right: one past the last key position.
        hide_sink: whether the weight on key 0 is left out and the others of a row are scaled up to its sum.
    """

    query: int
    layer: int
    head: int | Literal["mean", "max"]
    stride: int
    start: int
    stop: int
    left: int
    right: int
    hide_sink: bool = False


@dataclass(frozen=True, slots=True)
class ReadAttentionProfile:
    """Where every head of every layer looks from one position. Answer: ``float32 [layer, head, key]``."""

    query: int
    position: int


@dataclass(frozen=True, slots=True)
class ReadAtlas:
    """Small pictures of all heads. Answer: `Atlas`.

    Args:
        query: number chosen by the sender.
        cells: rows and columns of each small picture at most.
    """

    query: int
    cells: int


@dataclass(frozen=True, slots=True)
class ReadStatistics:
    """Probability, rank and entropy of the tokens at positions [start, stop). Answer: `Statistics`."""

    query: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Tokenize:
    """Tokens of a text as a person types it; no special tokens. Answer: ``tuple[Token, ...]``.

    Args:
        query: number chosen by the sender.
        text: what is typed.
        first: whether no text comes before it; some tokenizers write a space before the first word.
    """

    query: int
    text: str
    first: bool = True


@dataclass(frozen=True, slots=True)
class ReadPrompt:
    """The exact tokens a prompt becomes. Answer: ``tuple[Token, ...]``.

    Args:
        query: number chosen by the sender.
        prompt: what would be continued.
        template: Jinja source to render it with for once; where it fails, so does the query. ``None`` is the
            template in use.
    """

    query: int
    prompt: Prompt
    template: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeTemplate:
    """Use another chat template for this model from now on, remembered with it. Answer: `TemplateInUse`.

    Args:
        query: number chosen by the sender.
        template: Jinja source; ``None`` goes back to the model's own.
    """

    query: int
    template: str | None


@dataclass(frozen=True, slots=True)
class ReadRecordingOutline:
    """What a recording of the sequence would hold, before anything is recorded. Answer: `RecordingOutline`."""

    query: int


@dataclass(frozen=True, slots=True)
class RecordingPart:
    """Some of the numbers of a recording, by position.

    Args:
        what: ``"logits"`` of rows, ``float32 [rows, vocabulary]``; ``"statistics"`` of tokens, the log-probabilities,
            ranks and entropies that `Statistics` has, ``float64 [3, tokens]``; ``"queries"`` of a layer as its
            products take them, ``[rows, heads * head_size]``; ``"keys"`` of a layer, ``[key_value_heads, rows,
            head_size]``; ``"bias"``, what is added to products, ``[1 or heads, rows, stop]``.
        index: the layer, or which of `RecordingOutline.biases`; otherwise 0.
        start: first position.
        stop: one past the last.
    """

    what: Literal["logits", "statistics", "queries", "keys", "bias"]
    index: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class ReadRecording:
    """A piece of what is needed to answer all other questions later, without the model. Answer: `RecordingPiece`.

    The asker decides how much it wants at a time (`inference.recording.Recorder` does), and when to stop.

    Args:
        query: number chosen by the sender.
        parts: what is wanted.
        checksum: of the IDs before the furthest `RecordingPart.stop`, as `inference.sequence.checksum` makes it;
            where the sequence has become another meanwhile, the query fails.
    """

    query: int
    parts: tuple[RecordingPart, ...]
    checksum: int


@dataclass(frozen=True, slots=True)
class ReadCost:
    """What reading one token costs in operations and bytes, counted in the graphs. Answer: `Costs`.

    Args:
        query: number chosen by the sender.
        total: positions of the sequence with that token.
    """

    query: int
    total: int


@dataclass(frozen=True, slots=True)
class ReadProfile:
    """Where the time of a step goes, by the runtime's own profiler, on the present sequence. Answer: `Profile`.

    The model is opened a second time, reads the sequence, and its last tokens are read one by one; told by
    `Progress`, ended by `Stop`. Asked while a reply is written, it begins after that.

    Args:
        query: number chosen by the sender.
        tokens: how many steps are measured, as far as the sequence has them.
    """

    query: int
    tokens: int = 8


@dataclass(frozen=True, slots=True)
class ReadMachineLimits:
    """How fast this machine reads memory and multiplies, with the threads that the model has.

    Answer: `MachineLimits`. Measured once and known from then on; otherwise as `ReadProfile`.

    Args:
        query: number chosen by the sender.
        again: whether it is measured anew; of both measurements the faster counts, for whatever else the machine does
            can only slow one down.
    """

    query: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class CompareRun:
    """The end of the present sequence read again, one token at a time, in another way. Answer: `ComparedRun`.

    The same IDs are given whatever the other run would have chosen. Otherwise as `ReadProfile`.

    Args:
        query: number chosen by the sender.
        start: position of the first token that is read alone; what is before it is read at once.
        provider: as in `Load`.
        threads: of one operator on the CPU; 0 is as many as the model has.
        variant: as in `Load`; empty is the one in use.
        draws: for each token from `start` on the draw that chose it, NaN where none did; empty to compare the
            most probable tokens instead.
        settings: the sampling chain of those draws, in whose order; one for each token, or one for all.
    """

    query: int
    start: int
    provider: Literal["auto", "cpu", "cuda"] = "cpu"
    threads: int = 0
    variant: str = ""
    draws: tuple[float, ...] = ()
    settings: tuple[SamplingSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadLens:
    """What the model would say if it ended after each layer, for rows [start, stop). Answer: `LensGrid`.

    At most `LENS_ROWS_PER_READ` rows are answered; the asker decides how many it wants and when to stop.
    """

    query: int
    start: int
    stop: int


LENS_ROWS_PER_READ = 8
"""Most rows of one `ReadLens`: each takes as many rows of logits as there are layers."""


@dataclass(frozen=True, slots=True)
class ReadAttribution:
    """What every part of the model adds to one token's logit. Answer: `Attribution`.

    Args:
        query: number chosen by the sender.
        position: of the row.
        token: whose logit; ``None`` is the one that follows the row, or the most probable where none does.
    """

    query: int
    position: int
    token: int | None = None


@dataclass(frozen=True, slots=True)
class ReadEffect:
    """The logits of a row by the whole model, and under an intervention. Answer: `Effect`.

    The whole text up to the row is read again under the intervention. The model itself stays as it is.

    Args:
        query: number chosen by the sender.
        position: of the row.
        intervention: takes the place of the one that the sequence was read under, if any.
    """

    query: int
    position: int
    intervention: Intervention


@dataclass(frozen=True, slots=True)
class ReadHeadEffects:
    """What muting each of some heads, one at a time, does to one token. Answer: `HeadEffects`.

    The asker decides how many heads it wants at a time, and when to stop.

    Args:
        query: number chosen by the sender.
        position: of the row.
        token: as in `ReadAttribution`.
        heads: layer and head of each.
        everywhere: whether a head is muted at every position, which takes reading the whole text again for each, or
            at this row alone, where it finds what earlier positions left as it was.
        intervention: what is muted and covered besides, with and without each head; takes the place of the one that
            the sequence was read under, if any.
    """

    query: int
    position: int
    token: int | None
    heads: tuple[tuple[int, int], ...]
    everywhere: bool = True
    intervention: Intervention = NOTHING


Query: TypeAlias = (
    ReadLogits
    | ReadAttention
    | ReadAttentionMap
    | ReadAttentionProfile
    | ReadAtlas
    | ReadStatistics
    | Tokenize
    | ReadPrompt
    | ChangeTemplate
    | ReadRecordingOutline
    | ReadRecording
    | TensorQuery
    | FormulaQuery
    | WeightCommand
    | ReadCost
    | ReadProfile
    | ReadMachineLimits
    | CompareRun
    | ReplayReply
    | ReadLens
    | ReadAttribution
    | ReadEffect
    | ReadHeadEffects
    | ReadingsQuery
)
MeasuringQuery: TypeAlias = ReadProfile | ReadMachineLimits | CompareRun | ReplayReply
"""Those that take seconds; they tell their progress and can be stopped."""
Command: TypeAlias = Load | Generate | Stop | UpdateSettings | Unload | Query

# ---------------------------------------------------------------- what answers carry


@by_fields
@dataclass(frozen=True, slots=True)
class Token:
    """One token of a sequence.

    Args:
        id: its number in the vocabulary.
        piece: its bytes, which need not be whole characters; a special token's are its name in UTF-8.
        special: whether it is a control token.
        part: where it comes from: ``"template"``, a role, or ``"reply"`` while being written.
        message: index of the message it belongs to in the prompt, -1 for the template's own tokens.
        channel: of a reply's token, what it is for: ``"final"`` is the reply itself, any other name (``"analysis"``,
            ``"commentary"``, ``"thinking"``) is shown folded, and ``"markup"`` are the tokens that separate them.
        alone: whether the model read it in a run of its own instead of with its neighbours: kernels for one row
            round differently from those for several. Of a reply's token that is not read yet, whether it will be.
    """

    id: int
    piece: bytes
    special: bool
    part: Literal["template", "system", "user", "assistant", "reply"] = "template"
    message: int = -1
    channel: str = "final"
    alone: bool = False


@dataclass(frozen=True, slots=True)
class TemplateInUse:
    """The chat template that prompts are rendered with.

    Args:
        source: Jinja source; ``None`` where there is none.
        edited: whether it is a person's instead of the model's own.
    """

    source: str | None
    edited: bool


@by_fields
@dataclass(frozen=True, slots=True)
class Candidate:
    """One token of a distribution.

    Args:
        id: its number in the vocabulary.
        piece: its bytes.
        p: probability by the model alone, softmax of the raw logits over the whole vocabulary.
        processed_p: probability after the whole chain, 0 where a stage removed it.
        removed_by: name of the stage that removed it, ``None`` if it survived.
    """

    id: int
    piece: bytes
    p: float
    processed_p: float
    removed_by: str | None


@dataclass(frozen=True, slots=True)
class AttentionRows:
    """Attention of one layer and head (or its mean or maximum) for query rows [start, stop).

    Args:
        weights: ``float32 [stop - start, stop]``; row r holds the weights of query ``start + r`` on the keys
            0 … stop - 1, zero beyond the query itself. With sinks or biases a row need not sum to 1.
    """

    layer: int
    head: int | Literal["mean", "max"]
    start: int
    stop: int
    weights: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class AttentionMapPart:
    """A part of a head's map, pooled for a picture; exact weights come from `ReadAttention`.

    Args:
        asked: the question.
        weights: ``float16 [rows, columns]``; cell (i, j) is the largest weight that any query of the i-th `stride`
            from `start` gives to any of the keys of the j-th `stride` from `left`. Columns end where no query of
            the part sees a key.
    """

    asked: ReadAttentionMap
    weights: NDArray[np.float16] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Atlas:
    """Small pictures of the attention of all heads over the first `tokens` positions.

    Args:
        tokens: how many positions are in the pictures.
        stride: positions per cell; cell (i, j) is the largest weight that the *last* query of row-group i gives
            to any key of column-group j. With ``stride == 1`` it is the map itself.
        weights: ``float32 [layer, head, cells, cells]``, zero above the diagonal.
    """

    tokens: int
    stride: int
    weights: FloatArray


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the model thought of the tokens at positions [start, stop), given those before each.

    Args:
        logprobs: ``float32 [stop - start]`` natural logarithm of each token's probability; NaN at position 0,
            which nothing predicts.
        ranks: ``int64 [stop - start]`` 1 for the most probable token; 0 at position 0.
        entropies: ``float32 [stop - start]`` of the distribution that the token came from, nats; NaN at 0.
    """

    start: int
    stop: int
    logprobs: FloatArray
    ranks: IntArray
    entropies: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LensGrid:
    """The logit lens of rows [start, stop): the residual stream through the final norm and the head.

    Points are the stream before the first layer, then behind each layer; the last is what the model says.

    Args:
        chosen: ``int64 [rows]`` the token that follows each row, or the most probable one where none does.
        top: ``int64 [rows, points]`` the most probable token.
        top_p: ``float32 [rows, points]`` its probability.
        chosen_p: ``float32 [rows, points]`` that of the chosen token.
        entropies: ``float32 [rows, points]`` nats.
        ranks: ``int64 [rows, points]`` of the chosen token, 1 for the most probable.
    """

    start: int
    stop: int
    chosen: IntArray
    top: IntArray
    top_p: FloatArray
    chosen_p: FloatArray
    entropies: FloatArray
    ranks: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """What each part adds to a token's logit, the final norm's scale held as it is; all of it adds up to the logit.

    Args:
        position: of the row.
        token: whose logit.
        logit: as the model computes it in this run.
        embedding: of the token that stands there.
        positions: of learnt positions; 0 where there are none.
        heads: ``float32 [layer, head]``; NaN where the projection behind the heads cannot be taken apart.
        attention: ``float32 [layer]`` of a whole attention block.
        mlp: ``float32 [layer]``.
        offset: of the final norm and the head: what is there whatever is read.
        remainder: what is left: rounding, of products in few bits above all, and the bound of logits where the model
            has one.
    """

    position: int
    token: int
    logit: float
    embedding: float
    positions: float
    heads: FloatArray
    attention: FloatArray
    mlp: FloatArray
    offset: float
    remainder: float

    @property
    def beside_heads(self) -> FloatArray:
        """``float32 [layer]`` what attention adds besides its heads: the projection's offset, and rounding."""
        return self.attention - self.heads.sum(axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """The logits of a row by the whole model and under an intervention.

    Args:
        position: of the row.
        intervention: that was asked about.
        before: ``float32 [vocabulary]`` with nothing muted, whatever the sequence was read under.
        after: ``float32 [vocabulary]`` under the intervention.
        as_written: whether both were read the way the sequence was; otherwise both were read at once, as a prompt
            is, which would take too long otherwise, and differ in the last digits from what was written.
    """

    position: int
    intervention: Intervention
    before: FloatArray
    after: FloatArray
    as_written: bool


@dataclass(frozen=True, slots=True, eq=False)
class HeadEffects:
    """What muting some heads does to one token.

    Args:
        position: of the row.
        token: whose probability.
        heads: layer and head of each.
        everywhere: as in `ReadHeadEffects`.
        before: natural logarithm of its probability with none of them muted, read in the same way.
        after: ``float32 [heads]`` the same with each of them muted.
    """

    position: int
    token: int
    heads: tuple[tuple[int, int], ...]
    everywhere: bool
    before: float
    after: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class RecordedLayer:
    """How the recorded queries and keys of one layer become attention weights.

    Args:
        site: the attention operation; queries are recorded as they are compared with keys, so nothing is left to
            project or to turn. Its `mask` is a number: which of `RecordingOutline.biases`.
        sinks: ``float32 [heads]`` where `site.sinks` names them.
        query_dtype: NumPy's name of the queries' type.
        key_dtype: of the keys' type.
    """

    site: AttentionSite
    sinks: FloatArray | None
    query_dtype: str
    key_dtype: str


@dataclass(frozen=True, slots=True)
class RecordedBias:
    """What is added to the products of some layers.

    Args:
        heads: 1 for all, or the layer's heads.
        dtype: NumPy's name of its type.
    """

    heads: int
    dtype: str


@dataclass(frozen=True, slots=True, eq=False)
class RecordingOutline:
    """What a recording of a sequence holds; with it, the size of every array is known.

    Args:
        ids: ``int64 [tokens]`` the sequence.
        read: how many of them the model has read: all, or all but the last, which was only written.
        vocabulary: logits of a row.
        layers: by layer; none where the attention cannot be shown.
        biases: of all layers.
    """

    ids: IntArray
    read: int
    vocabulary: int
    layers: tuple[RecordedLayer, ...]
    biases: tuple[RecordedBias, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RecordingPiece:
    """The numbers of the parts that were asked for, in that order."""

    arrays: tuple[NDArray[Any], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """How far what is shown is from what the model did, as measured on this machine and runtime.

    Args:
        kind: ``"measured"`` (the kernel's own numbers), ``"reconstructed"`` or ``"refused"``.
        max_delta: largest absolute difference between reconstructed and the kernel's own attention over all
            layers, heads, queries and keys of the probe; ``None`` if refused.
        logits_delta: largest absolute difference between the logits of observed and unobserved graph.
        tokens: length of the probe.
        reason: why, in one sentence, for refused; otherwise how it was measured.
    """

    kind: Literal["measured", "reconstructed", "refused"]
    max_delta: float | None
    logits_delta: float | None
    tokens: int
    reason: str

    @property
    def measured(self) -> bool:
        """Whether it was measured; where the check could not run it says nothing of the model, and is made again."""
        return self.logits_delta is not None


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """Which execution provider runs the model, and why.

    Args:
        name: ``"CPU"`` or ``"CUDA"``.
        reason: one clause for the status bar (``"no CUDA driver found"``).
        device: the processor's or GPU's name.
        threads: threads of one operator on CPU.
        notes: sentences about how it is used, each that it is not as it could be and why (a context that was made
            shorter, decode steps that are not replayed); empty where there is nothing to say.
    """

    name: str
    reason: str
    device: str
    threads: int
    notes: tuple[str, ...] = ()

    @property
    def gpu(self) -> str:
        """The GPU's name; empty where the processor runs the model."""
        return "" if self.name == "CPU" else self.device


@dataclass(frozen=True, slots=True)
class GpuMemory:
    """Memory of the GPU that runs the model, bytes.

    Args:
        engine: what the engine has of it; ``None`` where the driver does not tell.
        used: what all programs have.
        total: what there is.
    """

    engine: int | None
    used: int
    total: int


# ---------------------------------------------------------------- what measurements tell


@dataclass(frozen=True, slots=True)
class PartCost:
    """What one part of a model costs for one token; see `models.anatomy.cost`.

    Args:
        layer: from 0; ``None`` outside of layers.
        part: value of a `models.anatomy.parts.Part`.
        flops: floating-point operations.
        weight_bytes: of weights that are read.
        cache_bytes: of the key/value cache that are read and written.
        nodes: operators.
        unknown: how many of those could not be counted.
    """

    layer: int | None
    part: str
    flops: int
    weight_bytes: int
    cache_bytes: int
    nodes: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Costs:
    """What reading one token and making its logits costs.

    Args:
        total: positions of the sequence with that token.
        parts: in the order in which they are computed.
    """

    total: int
    parts: tuple[PartCost, ...]

    @property
    def flops(self) -> int:
        """Of all parts."""
        return sum(part.flops for part in self.parts)

    @property
    def weight_bytes(self) -> int:
        """Of all parts."""
        return sum(part.weight_bytes for part in self.parts)

    @property
    def cache_bytes(self) -> int:
        """Of all parts."""
        return sum(part.cache_bytes for part in self.parts)

    @property
    def unknown(self) -> int:
        """Operators that could not be counted."""
        return sum(part.unknown for part in self.parts)


@dataclass(frozen=True, slots=True)
class PartTime:
    """Time of one part of a model for one token.

    Args:
        layer: from 0; ``None`` outside of layers.
        part: value of a `models.anatomy.parts.Part`.
        ms: sum over its operators of the median over the measured steps.
    """

    layer: int | None
    part: str
    ms: float


@dataclass(frozen=True, slots=True)
class OperatorTime:
    """Time of all operators of one kind for one token.

    Args:
        operator: the runtime's name of it.
        ms: as in `PartTime`.
        nodes: how many there are.
    """

    operator: str
    ms: float
    nodes: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the time of a decode step goes, by the runtime's profiler.

    Args:
        total: positions of the sequence at the last step.
        tokens: steps that were measured.
        step_ms: time of a whole step with the profiler at work, body and head: that of the operators, and the median
            of what is between them.
        parts: in the order in which they are computed.
        operators: the slowest first.
    """

    total: int
    tokens: int
    step_ms: float
    parts: tuple[PartTime, ...]
    operators: tuple[OperatorTime, ...]

    @property
    def operators_ms(self) -> float:
        """Time within operators; the rest of `step_ms` is the runtime's own between them."""
        return sum(part.ms for part in self.parts)


@dataclass(frozen=True, slots=True)
class MachineLimits:
    """What this machine can do at most, as measured.

    Args:
        threads: that worked.
        read_bytes_per_s: read from main memory, an array many times larger than the last cache; on a GPU read from
            its memory and written there, together.
        array_bytes: its size.
        flops_per_s: of products of numbers of `bits`.
        int8_ops_per_s: of products of 8-bit integers, a multiplication and an addition being two; ``None`` where
            the runtime has none.
        side: rows and columns of the matrices.
        device: the GPU that was measured; empty is the processor.
        bits: of the numbers in `flops_per_s`.
    """

    threads: int
    read_bytes_per_s: float
    array_bytes: int
    flops_per_s: float
    int8_ops_per_s: float | None
    side: int
    device: str = ""
    bits: int = 32


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two runs over the same tokens would have gone apart.

    Args:
        position: of the token.
        token: the ID that stands there, or the most probable by the first run.
        other: what the other run would have chosen.
        gap: by how much the other run's logit of `other` is larger than its logit of `token`.
    """

    position: int
    token: int
    other: int
    gap: float


@dataclass(frozen=True, slots=True, eq=False)
class ComparedRun:
    """The present tokens read in another way.

    Args:
        provider: what ran it.
        variant: of the graphs or the precision; empty where there is but one.
        precision: how the weights are kept.
        start: position of the first token that was read alone.
        prefill_ms: reading all before it.
        step_ms: ``float32 [tokens]`` body and head for each token.
        weights: bytes.
        cache: bytes of keys and values for the sequence.
        captures: bytes of what was captured.
        grown: bytes by which the engine's process became larger.
        bus_bytes: copied to the device and back for each token; 0 on the CPU.
        profile: where a step's time went.
        drawn: whether `differs` is about what the draws would have chosen instead of the most probable token.
        differs: the first token that would have been another; ``None`` where all are the same.
        different: how many.
        logits_delta: largest absolute difference between logits of the two runs.
    """

    provider: ProviderChoice
    variant: str
    precision: str
    start: int
    prefill_ms: float
    step_ms: FloatArray = field(repr=False)
    weights: int
    cache: int
    captures: int
    grown: int
    bus_bytes: int
    profile: Profile
    drawn: bool
    differs: Difference | None
    different: int
    logits_delta: float


# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class Progress:
    """A long task advanced.

    Args:
        task: ``"import"``, ``"load"``, ``"proof"``, ``"prefill"``, ``"recording"``: one is read from its file; or of
            a measurement ``"limits"``, ``"profile"``, ``"compare"`` or ``"precision"``.
        done: units done.
        total: units in all; 0 when unknown.
    """

    task: Literal[
        "import", "load", "proof", "prefill", "recording", "limits", "profile", "compare", "precision"
    ]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model is ready.

    Args:
        name: name for people (``"SmolLM2-135M-Instruct"``).
        architecture: ``"llama"``, …
        parameters: how many numbers were learnt.
        precision: how the weights are kept (``"8-bit blocks of 32"``).
        layers: decoder layers.
        heads: query heads a layer.
        vocabulary: piece of every token ID, in order.
        special_ids: IDs of the control tokens.
        end_ids: IDs that end a reply.
        context: most tokens of a sequence.
        provider: what runs it, and why.
        chat_template: the Jinja source in use, ``None`` where the model has none.
        load_ms: from command to ready.
        imported: whether the file had to be imported first (False: it was cached).
        folder: where the bundle lies.
        report: what its import found and did.
        template_edited: whether `chat_template` is a person's instead of the model's own.
        suggested: settings that the model's makers suggest, ``None`` where they suggest none.
        recorded: whether the model itself is not there and only what was recorded of one sequence can be asked for:
            nothing can be written or tokenized.
        guess_refused: why `Generate.guess` does nothing, in one sentence; empty where it works.
        inside_only: why there can be no chat with it, one sentence, where it can only be looked into: its layers,
            tensors and numbers; empty for a language model.
    """

    name: str
    architecture: str
    parameters: int
    precision: str
    layers: int
    heads: int
    vocabulary: tuple[bytes, ...] = field(repr=False)
    special_ids: frozenset[int]
    end_ids: frozenset[int]
    context: int
    provider: ProviderChoice
    chat_template: str | None = field(repr=False)
    load_ms: float
    imported: bool
    folder: str
    report: ImportReport
    template_edited: bool = False
    suggested: SamplingSettings | None = None
    recorded: bool = False
    guess_refused: str = ""
    inside_only: str = ""


@dataclass(frozen=True, slots=True)
class Proved:
    """The proof of the loaded model is known."""

    proof: Proof


@dataclass(frozen=True, slots=True)
class Prompted:
    """A generation's prompt is known; its prefill begins.

    Args:
        generation: of `Generate`.
        tokens: the whole prompt, without `Generate.written`; it replaces the sequence. Empty for `IdsPrompt.known`.
        reused: how many of the first tokens, those written included, were in the key/value cache already.
        banner: a sentence to show when the prompt is not what one would expect (no chat template, …).
        alone: for `IdsPrompt.known`, a byte for each of its tokens, 1 for those that are read alone.
    """

    generation: int
    tokens: tuple[Token, ...] = field(repr=False)
    reused: int
    banner: str | None = None
    alone: bytes = field(default=b"", repr=False)


@by_fields
@dataclass(frozen=True, slots=True)
class Step:
    """One generated token with all that is known about it.

    Args:
        generation: of `Generate`.
        position: where the token stands in the sequence.
        token: the token.
        logit: its raw logit.
        logprob: natural logarithm of its probability before the chain.
        processed_logprob: the same after the chain.
        rank: its rank before the chain, 1 for the most probable.
        entropy: of the distribution before the chain, nats.
        draw: the uniform random number in [0, 1) that chose it, or would have.
        settings: the settings in force.
        top: the most probable tokens before the chain, descending.
        model_ms: time in the model; of a run that read several rows, its share.
        total_ms: time of the whole step, likewise.
        source: who put it there.
        guessed: whether the draw chose what had been guessed, so that it was read before it was written.
        capture_ms: time of keeping what was captured; the rest of `total_ms` is `sampling_ms`. Of a run that read
            several rows it is in `model_ms`.
    """

    generation: int
    position: int
    token: Token
    logit: float
    logprob: float
    processed_logprob: float
    rank: int
    entropy: float
    draw: float
    settings: SamplingSettings
    top: tuple[Candidate, ...] = field(repr=False)
    model_ms: float
    total_ms: float
    source: Source = "written"
    guessed: bool = False
    capture_ms: float = 0.0

    @property
    def sampling_ms(self) -> float:
        """Time of the sampling chain, the draw and the reading of the most probable tokens."""
        return max(self.total_ms - self.model_ms - self.capture_ms, 0.0)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A generation ended; the engine is ready for the next.

    Args:
        generation: of `Generate`.
        reason: ``"end"`` (the model ended its reply), ``"length"`` (max_tokens), ``"context"`` (the context is
            full), ``"stopped"`` (by `Stop`) or ``"failed"`` (a `Failed` came before).
        tokens: how many were written.
        prefilled: prompt tokens that had to be read.
        prefill_ms: time that took.
        first_token_ms: from command to first token, 0 if there was none.
        decode_ms: time from the first token to the last.
    """

    generation: int
    reason: Literal["end", "length", "context", "stopped", "failed"]
    tokens: int
    prefilled: int
    prefill_ms: float
    first_token_ms: float
    decode_ms: float


@dataclass(frozen=True, slots=True)
class Status:
    """Figures for the status bar; sent at most a few times a second, and only when something runs.

    Args:
        memory: of the engine's process.
        captures: what is captured of the sequence to look inside, with what was computed again.
        cache: keys and values.
        context_used: tokens of the sequence.
        capture_budget: what captures may take; ``None`` where everything is kept, however much it is.
        kept_from: first position whose captures are kept; those before it are computed again, and come out the
            same, when somebody looks at them.
        gpu: memory of the GPU; ``None`` where none is used or the driver does not tell.
    """

    memory: int
    captures: int
    cache: int
    context_used: int
    capture_budget: int | None = None
    kept_from: int = 0
    gpu: GpuMemory | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query asked for; its type is written at the query."""

    query: int
    value: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """Something went wrong.

    Args:
        case: short stable name of the failure.
        what: one sentence, what happened, with the value.
        remedy: one sentence, what to do.
        generation: the generation it ended, if any.
        query: the query that has no answer because of it, if any.
    """

    case: str
    what: str
    remedy: str
    generation: int | None = None
    query: int | None = None


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The engine's process ended without being asked; made by the window's side of the pipe."""

    exit_code: int | None


Event: TypeAlias = (
    Progress | Loaded | Proved | Prompted | Step | Stopped | Status | Answer | Failed | EngineLost
)
