"""An engine in this process whose replies are scripted and whose numbers follow formulas.

Knows no model and no thread: everything happens inside `send`, `advance` or `load`.

Probabilities of the scripted tokens go through `PROBABILITIES` by position, so that a test can name them; a
step, the logits read for its row and the statistics of its position always agree.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from inference.attention_map import pooled, without_sink
from inference.contract import (
    LENS_ROWS_PER_READ,
    Answer,
    Atlas,
    AttentionMapPart,
    AttentionRows,
    Candidate,
    ChangeTemplate,
    ChatPrompt,
    Command,
    ComparedRun,
    CompareRun,
    Costs,
    Difference,
    EngineLost,
    Event,
    Failed,
    Generate,
    IdsPrompt,
    Load,
    Loaded,
    MachineLimits,
    OperatorTime,
    PartCost,
    PartTime,
    Profile,
    Progress,
    Prompt,
    Prompted,
    Proof,
    Proved,
    ProviderChoice,
    Query,
    RawPrompt,
    ReadAtlas,
    ReadAttention,
    ReadAttentionMap,
    ReadAttentionProfile,
    ReadAttribution,
    ReadCost,
    ReadEffect,
    ReadHeadEffects,
    ReadLens,
    ReadLogits,
    ReadMachineLimits,
    ReadProfile,
    ReadPrompt,
    ReadRecording,
    ReadRecordingOutline,
    ReadStatistics,
    Source,
    Statistics,
    Status,
    Step,
    Stop,
    Stopped,
    TemplateInUse,
    Token,
    Tokenize,
    Unload,
    UpdateSettings,
)
from inference.formula.contract import FormulaQuery
from inference.formula.formulas import Formulas
from inference.precision.contract import ReplayReply
from inference.readings.contract import CompareReadings, ReadingsQuery
from inference.recording import Recording
from inference.sampling.chain import ChainResult, run_chain
from inference.sampling.distribution import entropy, log_softmax, rank
from inference.sampling.settings import SamplingSettings
from inference.tensors.changed_weights import ChangedWeights
from inference.tensors.contract import RestoreWeights, TensorQuery, WeightChanges, WeightCommand
from inference.tensors.inspector import Inspector
from models.errors import VitrineError
from models.weights.graph_weights import graph_weights
from models.weights.inspected_graph import InspectedGraph
from models.weights.stored_tensor import FilePlace
from tests.desktop.scripted_inside import (
    scripted_attribution,
    scripted_effect,
    scripted_format_run,
    scripted_head_effects,
    scripted_lens,
    scripted_values,
)
from tests.desktop.scripted_readings import scripted_reading
from tests.desktop.scripted_recording import scripted_reader, scripted_recording
from tests.models.convolutional import convolutional_model
from tests.sample_report import REPORT

LAYERS, HEADS = 4, 3
CONTEXT = 512
END, START, STOP = 0, 1, 2
SPECIALS = (b"<|endoftext|>", b"<|im_start|>", b"<|im_end|>")
FIRST_BYTE = len(SPECIALS)
_WORDS = """
The the answer is : sky blue . This this occurs because of interactions different molecules in
atmosphere , primarily composed water oxygen and When sunlight passes through it encounters these color
nitrogen And why are suns ets red ? Why user assistant system You you a A to for that light shorter
wavelengths scattered more than longer ones so we see from all directions Hello world one two three four
five six seven eight nine ten Paris France capital helpful AI named Be brief
"""
WORDS = _WORDS.split()
VOCABULARY: tuple[bytes, ...] = (
    *SPECIALS,
    *(bytes([value]) for value in range(256)),
    *(word.encode() for word in WORDS),
    *(b" " + word.encode() for word in WORDS),
    b"\n\n",
    b"**",
    b"- ",
)
IDS = {piece: number for number, piece in reversed(tuple(enumerate(VOCABULARY)))}
LONGEST = max(len(piece) for piece in VOCABULARY[FIRST_BYTE:])

PROBABILITIES = (0.9, 0.6, 0.97, 0.28, 0.75, 0.05, 0.99, 0.45)
"""What the model thinks of a scripted token, by its position modulo 8."""

DEFAULT_REPLY = "The answer is: The sky is blue."

OWN_TEMPLATE = "{% for message in messages %}…"

Part = tuple[str, str]
"""Channel and text of a part of a scripted reply; on the channel ``markup``, the name of a special token is one."""


def encode(text: str) -> list[int]:
    """IDs of a text: the longest piece that fits, from the left; never a special token."""
    data, ids, at = text.encode("utf-8", errors="replace"), [], 0
    while at < len(data):
        for length in range(min(LONGEST, len(data) - at), 0, -1):
            number = IDS.get(data[at : at + length], -1)
            if number >= FIRST_BYTE:
                ids.append(number)
                at += length
                break
    return ids


def token(number: int, part: str = "template", message: int = -1, channel: str = "final") -> Token:
    """A token of this vocabulary."""
    return Token(number, VOCABULARY[number], number < FIRST_BYTE, part, message, channel)  # type: ignore[arg-type]


def script(reply: str | tuple[Part, ...]) -> list[tuple[int, str]]:
    """IDs and channels of a reply."""
    if isinstance(reply, str):
        return [(number, "final") for number in encode(reply)]
    written = []
    for channel, text in reply:
        is_mark = channel == "markup" and text.encode() in SPECIALS
        written += [(number, channel) for number in ([IDS[text.encode()]] if is_mark else encode(text))]
    return written


def template(prompt: Prompt) -> list[Token]:
    """The tokens of a prompt: ``<|im_start|>role\\ntext<|im_end|>\\n`` for each message, as SmolLM2 does."""
    if isinstance(prompt, IdsPrompt):
        return [token(number) for number in prompt.ids]
    if isinstance(prompt, RawPrompt):
        return [token(number, "user", 0) for number in encode(prompt.text)]
    tokens: list[Token] = []
    for index, message in enumerate(prompt.messages):
        tokens += [token(number) for number in (START, *encode(message.role + "\n"))]
        # As templates do, what was thought is left out.
        ids = encode(message.text) if message.ids is None or message.thinking else message.ids
        tokens += [token(number, message.role, index) for number in ids]
        tokens += [token(number) for number in (STOP, *encode("\n"))]
    return tokens + [token(number) for number in (START, *encode("assistant\n"))]


def attention_weights(layer: int, head: int, queries: range, keys: int) -> np.ndarray:
    """``float32 [query, key]``, rows sum to 1: a sink on key 0, a preference for near keys, some texture."""
    query = np.arange(queries.start, queries.stop)[:, None]
    key = np.arange(keys)[None, :]
    scores = 2.5 * (key == 0) - (query - key) * (0.05 + 0.15 * head) + np.cos((key + 1) * (layer + 1) * 0.7)
    scores = np.where(key <= query, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


class ScriptedEngine:
    """An `EngineConnection` for tests.

    Args:
        replies: texts of the replies, or their parts by channel, taken in turn; the last one is repeated.
        automatic: whether a reply is written as soon as it is asked for; otherwise call `advance`.
        loads: whether a model is loaded as soon as it is asked for; otherwise call `load`.
        context: most tokens of a sequence.
    """

    def __init__(
        self,
        replies: tuple[str | tuple[Part, ...], ...] = (DEFAULT_REPLY,),
        automatic: bool = True,
        loads: bool = True,
        context: int = CONTEXT,
    ) -> None:
        self.replies = deque(replies)
        self.automatic = automatic
        self.loads = loads
        self.context = context
        self.answering = True
        self.reading_pace = 512
        self._read_of_pairs: dict[object, int] = {}
        self.reads_as_written = True
        self.folder = "scripted"
        self.name = "Scripted-4x3"
        self.gpu: ProviderChoice | None = None
        self.banner: str | None = None
        self.template: str | None = OWN_TEMPLATE
        self.own_template: str | None = OWN_TEMPLATE
        self.broken_templates: dict[str, Failed] = {}
        self.refusal: Failed | None = None
        self.formats_refused: set[str] = set()
        self.commands: list[Command] = []
        self.ids: list[int] = []
        self.alive = True
        self._events: list[Event] = []
        self._notify: Callable[[], None] = lambda: None
        self._loading: Load | None = None
        self._generate: Generate | None = None
        self._settings = SamplingSettings()
        self._script: deque[tuple[int, str]] = deque()
        self._forced: deque[tuple[int, Source]] = deque()
        self._chosen: dict[int, int] = {}
        self._written = 0
        self._prefilled = 0
        self._held: list[Query] = []
        self._inspector: Inspector | None = None
        self._weights: ChangedWeights | None = None
        self._formulas: Formulas | None = None

    # ------------------------------------------------------------ EngineConnection

    def send(self, command: Command) -> None:
        """Take a command, and answer it at once where the test leaves that to the engine."""
        if not self.alive:
            return
        self.commands.append(command)
        if isinstance(command, Load):
            self._loading = command
            self.post(Progress("load", 1, 4))
            if self.loads:
                self.load()
        elif isinstance(command, Generate):
            self._begin(command)
        elif isinstance(command, Stop):
            if self._generate is not None:
                self._finish("stopped")
        elif isinstance(command, UpdateSettings):
            self._settings = command.settings
        elif not isinstance(command, Unload):
            self._held.append(command)
            if self.answering:
                self.answer()

    def receive(self) -> list[Event]:
        """Every event since the last call."""
        events, self._events = self._events, []
        return events

    def on_arrival(self, notify: Callable[[], None]) -> None:
        """Remember whom to tell; an engine that was closed before is as good as a new one."""
        self._notify = notify
        self.alive = True
        if self._events:
            notify()

    def close(self) -> None:
        """End without a word."""
        self.alive = False
        self._events = []

    # ------------------------------------------------------------ what a test can make it do

    def post(self, event: Event) -> None:
        """Send any event."""
        was_empty = not self._events
        self._events.append(event)
        if was_empty:
            self._notify()

    def load(self) -> None:
        """Finish loading, on `gpu` if there is one and nobody wanted the CPU."""
        on_cpu = self.gpu is None or (self._loading is not None and self._loading.provider == "cpu")
        cpu = ProviderChoice("CPU", "no CUDA driver found", "Test processor", 2)
        self._loading = None
        self.post(Progress("load", 4, 4))
        self.post(
            Loaded(
                name=self.name,
                architecture="llama",
                parameters=1_234_567,
                precision="8-bit blocks of 32",
                layers=LAYERS,
                heads=HEADS,
                vocabulary=VOCABULARY,
                special_ids=frozenset(range(FIRST_BYTE)),
                end_ids=frozenset((END, STOP)),
                context=self.context,
                provider=cpu if on_cpu or self.gpu is None else self.gpu,
                chat_template=self.template,
                load_ms=12.0,
                imported=False,
                folder=self.folder,
                report=REPORT,
                template_edited=self.template != self.own_template,
            )
        )
        self.post(Proved(Proof("reconstructed", 2.4e-7, 1.1e-6, 64, "compared on 64 tokens")))

    def fail_loading(self, what: str = "The file is empty (0 bytes).") -> None:
        """Refuse to load."""
        self.post(Failed("not-a-model", what, "Choose another file."))

    def advance(self, tokens: int = 1) -> None:
        """Write some tokens of the running reply."""
        for _ in range(tokens):
            if self._generate is not None:
                self._write()

    def answer(self) -> None:
        """Answer the queries that wait."""
        held, self._held = self._held, []
        for query in held:
            wrong = self.broken_templates.get(getattr(query, "template", None) or "")
            if wrong is not None:
                self.post(replace(wrong, query=query.query))
                continue
            try:
                self.post(Answer(query.query, self._value(query)))
            except VitrineError as error:
                self.post(Failed(error.case, error.what, error.remedy, query=query.query))

    def crash(self, exit_code: int | None = -9) -> None:
        """Die as a killed process does."""
        self.alive = False
        self._generate = None
        self.post(EngineLost(exit_code))

    # ------------------------------------------------------------ the model

    def logits(self, row: int) -> np.ndarray:
        """``float32 [vocabulary]``: the token that follows has the probability that `PROBABILITIES` says."""
        numbers = np.arange(len(VOCABULARY))
        logits = 3.0 * np.sin(numbers * (1.3 + 0.01 * (row % 97)) + row)
        chosen = self._chosen.get(row + 1)
        if chosen is None:
            chosen = (
                self.ids[row + 1] if row + 1 < len(self.ids) else self._script[0][0] if self._script else STOP
            )
        p = PROBABILITIES[(row + 1) % len(PROBABILITIES)]
        others = np.delete(logits, chosen)
        logits[chosen] = math.log(p / (1 - p)) + math.log(np.exp(others).sum())
        return logits.astype(np.float32)

    def inspector(self) -> Inspector:
        """Looks at the tensors of a small network, in place of those of a model that is not there."""
        if self._inspector is None:
            model = convolutional_model()
            weights = graph_weights(model, lambda tensor: FilePlace(Path(), 0))
            graph = InspectedGraph("graph", model, weights)
            self._inspector = Inspector(
                (graph,), "file", lambda ref: np.arange(6, dtype=np.float32) * ref.position
            )
        return self._inspector

    def open_file(self, inspector: Inspector) -> None:
        """Look at the tensors of another file from now on."""
        self._inspector = inspector

    def _compare(self, query: CompareRun) -> ComparedRun:
        """Another run: half as fast with one thread, and on a GPU none; as fp32 its second token is another."""
        if query.provider == "cuda":
            raise VitrineError("no-cuda", "CUDA cannot be used: no CUDA driver found.", "Choose the CPU.")
        count = len(self.ids) - query.start
        other = Difference(query.start + 1, self.ids[query.start + 1], IDS[b" red"], 0.25)
        is_other = query.variant == "fp32"
        return ComparedRun(
            provider=ProviderChoice("CPU", "chosen", "Test processor", query.threads or 2),
            variant=query.variant,
            precision="8-bit blocks of 32",
            start=query.start,
            prefill_ms=120.0,
            step_ms=np.full(count, 20.0 if query.threads == 1 else 10.0, np.float32),
            weights=604_000_000 if is_other else 151_000_000,
            cache=1_000_000,
            captures=2_000_000,
            grown=300_000_000,
            bus_bytes=0,
            profile=scripted_profile(len(self.ids), 4),
            drawn=bool(query.draws),
            differs=other if is_other else None,
            different=int(is_other),
            logits_delta=0.5 if is_other else 0.0,
        )

    def recording(self) -> Recording:
        """Everything that can be recorded of the sequence as it is."""
        count = len(self.ids)
        logits = np.stack([self.logits(row) for row in range(count)])
        return scripted_recording(self.ids, logits, self._statistics(0, count), LAYERS, HEADS)

    def _begin(self, command: Generate) -> None:
        if self._generate is not None:
            self._finish("stopped")
        tokens = template(command.prompt)
        if isinstance(command.prompt, IdsPrompt) and command.prompt.alone and self.reads_as_written:
            tokens = [replace(one, alone=how) for one, how in zip(tokens, command.prompt.alone, strict=True)]
        self._generate, self._settings = command, command.settings
        self._written = 0
        if self.refusal is not None:
            self.post(replace(self.refusal, generation=command.generation))
            self._finish("failed")
            return
        if len(tokens) + len(command.written) > self.context:
            what = f"The prompt has {len(tokens)} tokens; the model's context holds {self.context}."
            self.post(Failed("prompt-too-long", what, "Shorten it.", generation=command.generation))
            self._finish("failed")
            return
        new = [*(one.id for one in tokens), *command.written]
        reused = next((at for at, (a, b) in enumerate(zip(self.ids, new, strict=False)) if a != b), None)
        reused = min(len(self.ids), len(new)) if reused is None else reused
        self._chosen = {at: number for at, number in self._chosen.items() if at < reused}
        self.ids = new
        self._prefilled = len(new) - reused
        known = isinstance(command.prompt, IdsPrompt) and command.prompt.known
        alone = bytes(one.alone for one in tokens) if known else b""
        self.post(Prompted(command.generation, () if known else tuple(tokens), reused, self.banner, alone))
        if command.max_tokens == 0:
            self._finish("length")
            return
        reply = self.replies[0] if len(self.replies) == 1 else self.replies.popleft()
        whole = [*script(reply), (STOP, "final")]
        written = len(command.written)
        goes_on = tuple(number for number, _ in whole[:written]) == command.written
        self._forced = deque(
            [(number, "chosen") for number in command.chosen]
            + [(number, "typed") for number in encode(command.typed)]
        )
        self._script = deque(whole[written:] if goes_on and not self._forced else whole)
        if self.automatic:
            while self._generate is not None:
                self._write()

    def _write(self) -> None:
        assert self._generate is not None
        row = len(self.ids) - 1
        if len(self.ids) >= self.context:
            self._finish("context")
            return
        logits = self.logits(row)
        result = run_chain(logits, np.array(self.ids), self._settings)
        source: Source = "written"
        if self._forced:
            (number, source), channel = self._forced.popleft(), "final"
        else:
            number, channel = self._script.popleft()
        if number not in result.ids and source == "written":
            number = int(result.ids[0])
        self._chosen[row + 1] = number
        self.ids.append(number)
        places = np.flatnonzero(result.ids == number)
        place = int(places[0]) if len(places) else 0
        below = float(result.probabilities[:place].sum())
        logprobs = log_softmax(logits)
        self._written += 1
        self.post(
            Step(
                generation=self._generate.generation,
                position=row + 1,
                token=replace(token(number, "reply", -1, channel), alone=not self._generate.guess),
                logit=float(logits[number]),
                logprob=float(logprobs[number]),
                processed_logprob=math.log(float(result.probabilities[place])) if len(places) else -math.inf,
                rank=int(rank(logits, number)),
                entropy=float(entropy(logits)),
                draw=below + 0.5 * float(result.probabilities[place]),
                settings=self._settings,
                top=self._top(result, logprobs),
                model_ms=9.0,
                total_ms=10.0,
                source=source,
                guessed=self._generate.guess and self._written % 2 == 0,
            )
        )
        if not self._script:
            self._finish("end")
        elif self._written == self._generate.max_tokens:
            self._finish("length")

    def _top(self, result: ChainResult, logprobs: np.ndarray) -> tuple[Candidate, ...]:
        after = dict(zip(result.ids.tolist(), result.probabilities.tolist(), strict=True))
        best = np.argsort(-logprobs, kind="stable")[:16].tolist()
        return tuple(
            Candidate(
                number,
                VOCABULARY[number],
                math.exp(logprobs[number]),
                after.get(number, 0.0),
                result.stage_that_removed(number),
            )
            for number in best
        )

    def _finish(self, reason: str) -> None:
        assert self._generate is not None
        generation, self._generate = self._generate.generation, None
        self._script.clear()
        first = 110.0 if self._written else 0.0
        decode = max(0, self._written - 1) * 10.0
        self.post(Status(412_000_000, 3_100_000, 9_000_000, len(self.ids)))
        self.post(
            Stopped(generation, reason, self._written, self._prefilled, 90.0, first, decode)  # type: ignore[arg-type]
        )

    # ------------------------------------------------------------ queries

    def _follows(self, row: int) -> int:
        return self.ids[row + 1] if row + 1 < len(self.ids) else int(self.logits(row).argmax())

    def _value(self, query: Query) -> object:
        if isinstance(query, TensorQuery):
            return self.inspector().answer(query, lambda: False)
        if isinstance(query, ReadingsQuery):
            pair = query.first.ids, query.second.ids
            read = self._read_of_pairs.get(pair, 0) + self.reading_pace
            self._read_of_pairs |= {pair: read} if isinstance(query, CompareReadings) else {}
            return scripted_reading(query, LAYERS, HEADS, read)
        if isinstance(query, FormulaQuery):
            self._formulas = self._formulas or Formulas(
                self.inspector(), scripted_values(self.inspector()), rounds_blocks=False
            )
            return self._formulas.answer(query)
        if isinstance(query, WeightCommand):
            self._weights = self._weights or ChangedWeights(self.inspector())
            self._weights.take(() if isinstance(query, RestoreWeights) else self._weights.flipped(query))
            return WeightChanges(self._weights.bits)
        match query:
            case ReadLogits():
                return self.logits(query.position)
            case ReadLens():
                stop = min(query.stop, query.start + LENS_ROWS_PER_READ)
                return scripted_lens(self.logits, query.start, stop, LAYERS, self._follows)
            case ReadAttribution():
                return scripted_attribution(query, LAYERS, HEADS)
            case ReadEffect():
                return scripted_effect(query, self.logits)
            case ReadHeadEffects():
                return scripted_head_effects(query)
            case ReadAttention():
                return self._attention(query)
            case ReadAttentionMap():
                return self._attention_map(query)
            case ReadAttentionProfile():
                at = range(query.position, query.position + 1)
                return np.array(
                    [
                        [attention_weights(layer, head, at, query.position + 1)[0] for head in range(HEADS)]
                        for layer in range(LAYERS)
                    ]
                )
            case ReadAtlas():
                return self._atlas(query.cells)
            case ReadStatistics():
                return self._statistics(query.start, query.stop)
            case Tokenize():
                return tuple(token(number, "user") for number in encode(query.text))
            case ChangeTemplate():
                self.template = query.template if query.template is not None else self.own_template
                return TemplateInUse(self.template, self.template != self.own_template)
            case ReadCost():
                return scripted_costs(query.total)
            case ReadProfile():
                return scripted_profile(len(self.ids), query.tokens)
            case ReadMachineLimits():
                return MachineLimits(2, 20e9, 256 << 20, 100e9, 400e9, 1024)
            case CompareRun():
                return self._compare(query)
            case ReplayReply():
                if query.format in self.formats_refused:
                    raise VitrineError(
                        "memory-short", f"There is no room for {query.format}.", "Close programs."
                    )
                return scripted_format_run(query, self.ids)
            case ReadRecordingOutline():
                return scripted_reader(self.recording()).outline()
            case ReadRecording():
                return scripted_reader(self.recording()).piece(query.parts, query.checksum)
            case ReadPrompt() if query.template is not None:
                return tuple(token(number) for number in encode(query.template))
            case ReadPrompt():
                return tuple(template(query.prompt if query.prompt is not None else ChatPrompt(())))

    def _attention(self, query: ReadAttention) -> AttentionRows:
        rows = range(query.start, query.stop)
        if isinstance(query.head, int):
            weights = attention_weights(query.layer, query.head, rows, query.stop)
        else:
            every = np.stack([attention_weights(query.layer, h, rows, query.stop) for h in range(HEADS)])
            weights = every.mean(axis=0) if query.head == "mean" else every.max(axis=0)
        return AttentionRows(query.layer, query.head, query.start, query.stop, weights)

    def _attention_map(self, query: ReadAttentionMap) -> AttentionMapPart:
        exact = ReadAttention(query.query, query.layer, query.head, query.start, query.stop)
        weights = self._attention(exact).weights
        if query.hide_sink:
            weights = without_sink(weights)
        part = pooled(weights, query.stride, query.left, min(query.right, query.stop))
        return AttentionMapPart(query, part.astype(np.float16))

    def _atlas(self, cells: int) -> Atlas:
        tokens = len(self.ids)
        stride = max(1, math.ceil(tokens / cells))
        used = math.ceil(tokens / stride)
        weights = np.zeros((LAYERS, HEADS, used, used), np.float32)
        for layer in range(LAYERS):
            for head in range(HEADS):
                whole = attention_weights(layer, head, range(tokens), tokens)
                for i in range(used):
                    row = whole[min((i + 1) * stride, tokens) - 1]
                    for j in range(i + 1):
                        weights[layer, head, i, j] = row[j * stride : (j + 1) * stride].max()
        return Atlas(tokens, stride, weights)

    def _statistics(self, start: int, stop: int) -> Statistics:
        stop = min(stop, len(self.ids))
        rows = np.stack([self.logits(max(position - 1, 0)) for position in range(start, stop)])
        ids = np.array(self.ids[start:stop])
        logprobs = log_softmax(rows)[np.arange(stop - start), ids]
        ranks, entropies = rank(rows, ids), entropy(rows).astype(np.float32)
        if start == 0:
            logprobs[0], ranks[0], entropies[0] = np.nan, 0, np.nan
        return Statistics(start, stop, logprobs, ranks, entropies)


def scripted_costs(total: int) -> Costs:
    """A hundred million operations and as many bytes of weights a token; a thousand bytes of cache a position."""
    layers = tuple(
        PartCost(layer, "attention", 20_000_000, 20_000_000, 250 * total, 5) for layer in range(LAYERS)
    )
    return Costs(total, (*layers, PartCost(None, "head", 20_000_000, 20_000_000, 0, 1)))


def scripted_profile(total: int, tokens: int) -> Profile:
    """Each layer takes 1.5 ms, the head 2 and what is between 0.5."""
    parts = [
        PartTime(layer, part, ms)
        for layer in range(LAYERS)
        for part, ms in (("attention", 0.5), ("down projection", 1.0))
    ]
    operators = (OperatorTime("MatMulNBits", 6.0, 5), OperatorTime("GroupQueryAttention", 2.0, LAYERS))
    return Profile(total, tokens, 8.5, (*parts, PartTime(None, "head", 2.0)), operators)
