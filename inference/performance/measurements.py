"""The measurements that an engine makes when it is asked to, one at a time, beside the model that it runs.

Knows nothing about the inbox, or about where progress goes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from inference.contract import CompareRun, MachineLimits, MeasuringQuery, ReadMachineLimits, ReadProfile
from inference.loaded_model import LoadedModel, imported_bundle
from inference.memory import has_room_for
from inference.performance.comparing import Reading, compare_run
from inference.performance.gpu_limits import measure_gpu_limits
from inference.performance.machine_limits import faster, measure_limits
from inference.performance.profiling import measure_profile
from inference.precision.contract import ReplayReply
from inference.runtime.providers import Provider, choose_provider, cpu_because
from inference.runtime.session import Interrupted, Interrupter
from models.bundle import Bundle
from models.default_model import default_model_path
from models.errors import VitrineError

Task = Literal["limits", "profile", "compare", "precision"]

FULL = "fp32"
"""The variant of a bundle that has all digits of the file's numbers."""

_known_limits: dict[tuple[str, int], MachineLimits] = {}
"""What was measured in this process, by threads."""


class Measurements:
    """Measures for one loaded model.

    Args:
        model: that is loaded.
        source: what it was loaded from; ``None`` is the default model.
        interrupter: what can end runs.
        watch: as of `load_model`.
        tell: takes the task, units done and units in all.
        serve: called between runs to do what else was asked; raises `Interrupted` to stop.
    """

    def __init__(
        self,
        model: LoadedModel,
        source: Path | None,
        interrupter: Interrupter,
        watch: Callable[[], AbstractContextManager[None]],
        tell: Callable[[Task, int, int], None],
        serve: Callable[[], None],
    ) -> None:
        self._model = model
        self._source = source
        self._interrupter = interrupter
        self._watch = watch
        self._tell = tell
        self._serve = serve

    def measure(self, query: MeasuringQuery) -> object:
        """The answer to a query.

        Raises:
            Interrupted: it was stopped.
            VitrineError: it cannot be measured; why is in it.
        """
        match query:
            case ReadMachineLimits():
                return self._limits(query.again)
            case ReadProfile():
                return self._profile(query)
            case CompareRun():
                return self._compare(query)
            case ReplayReply():
                return self._replay(query)

    def _limits(self, again: bool) -> MachineLimits:
        provider = self._model.provider
        choice, tell = provider.choice, self._teller("limits")
        measured = (choice.gpu, choice.threads)
        known = _known_limits.get(measured)
        if known is None or again:
            if provider.own_memory:
                found = measure_gpu_limits(provider, self._interrupter, tell)
            else:
                found = measure_limits(choice.threads, self._interrupter, tell)
            _known_limits[measured] = found if known is None else faster(known, found)
        return _known_limits[measured]

    def _profile(self, query: ReadProfile) -> object:
        model = self._model
        ids = self._ids()
        self._check_room(model.bundle)
        return measure_profile(
            model.bundle, model.provider, self._interrupter, ids, query.tokens, self._teller("profile")
        )

    def _compare(self, query: CompareRun) -> object:
        model = self._model
        ids = self._ids()
        if not 0 <= query.start < len(ids):
            raise VitrineError(
                "position-not-read",
                f"There is nothing to read again from position {query.start} on; the model has read "
                f"{len(ids)} tokens.",
                "Have a reply written first.",
            )
        provider = self._provider(query)
        bundle = self._bundle(query, provider)
        if bundle.facts.vocabulary != model.facts.vocabulary:
            raise VitrineError(
                "another-vocabulary",
                f"{bundle.facts.name} has {bundle.facts.vocabulary:,} tokens where the model has "
                f"{model.facts.vocabulary:,}.",
                "Compare variants of the same model.",
            )
        self._check_room(bundle)
        reading = Reading(
            np.asarray(ids, np.int64),
            model.sequence.alone[: len(ids)].copy(),
            query.start,
            query.draws,
            query.settings,
            model.decoder.last_logits,
        )
        return compare_run(
            bundle, provider, self._interrupter, reading, self._teller("compare"), query.variant
        )

    def _replay(self, query: ReplayReply) -> object:
        # What changes graphs takes long to import, and is wanted only by those who compare formats.
        from inference.precision.replaying import Replaying

        tell = self._teller("precision")
        return Replaying(self._model, self._best_numbers, self._interrupter, tell).replay(query)

    def _provider(self, query: CompareRun) -> Provider:
        present = self._model.provider
        chosen = choose_provider(query.provider)
        if chosen.choice.name == "CPU":
            threads = query.threads or (present.choice.threads if present.choice.name == "CPU" else 0)
            if threads:
                return replace(chosen, choice=replace(chosen.choice, threads=threads))
        return chosen

    def _bundle(self, query: CompareRun, provider: Provider) -> Bundle:
        model = self._model
        if not query.variant and provider.choice.name == model.provider.choice.name:
            return model.bundle

        source = default_model_path() if self._source is None else self._source
        return self._imported("compare", source, provider, query.variant)

    def _imported(self, task: Task, source: Path, provider: Provider, variant: str) -> Bundle:
        def progress(done: int, total: int) -> None:
            if self._interrupter.interrupted:
                raise Interrupted
            self._tell(task, done, total)

        return imported_bundle(source, provider, self._interrupter, progress, self._watch, variant)[0]

    def _best_numbers(self) -> tuple[Bundle, str]:
        """The model's bundle with the file's own numbers, as far as they can be had, and what those are called."""
        bundle, facts = self._model.bundle, self._model.facts
        if facts.untouched is not None or facts.precision == FULL:
            return bundle, facts.report.source_precision
        try:
            made = self._imported("precision", Path(facts.report.source), cpu_because("compared"), FULL)
        except VitrineError:  # the file is gone, or there is no room on the disk
            return bundle, facts.precision_label
        # Another file may lie in that place by now.
        same = made.facts.source_sha256 == facts.source_sha256 and made.facts.precision == FULL
        return (made, facts.report.source_precision) if same else (bundle, facts.precision_label)

    def _ids(self) -> list[int]:
        sequence = self._model.sequence
        if sequence.read < 2:
            raise VitrineError(
                "nothing-read",
                f"The model has read {sequence.read} tokens, too few to measure with.",
                "Have a reply written first.",
            )
        ids: list[int] = sequence.ids[: sequence.read].tolist()
        return ids

    def _check_room(self, bundle: Bundle) -> None:
        needed = bundle.facts.report.weight_bytes * 5 // 4
        if not has_room_for(needed):
            raise VitrineError(
                "memory-short",
                f"To measure, the model is opened a second time, and there is no room for {needed >> 20:,} MiB.",
                "Close other programs, or measure a smaller model.",
            )

    def _teller(self, task: Task) -> Callable[[int, int], None]:
        def tell(done: int, total: int) -> None:
            self._tell(task, done, total)
            self._serve()

        return tell
