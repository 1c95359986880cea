"""What was measured at a person's request, and what is being measured now: one thing after the other.

Knows no widget; the engine measures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.session import Session
from inference.contract import (
    ComparedRun,
    CompareRun,
    Costs,
    Failed,
    MachineLimits,
    Profile,
    Progress,
    Query,
    ReadCost,
    ReadMachineLimits,
    ReadProfile,
    Step,
)

_TASKS = ("limits", "profile", "compare")


class Measuring(QObject):
    """Asks for measurements and keeps them as long as they are of the sequence that is shown.

    Args:
        session: whose engine measures.
        parent: owner.
    """

    changed = Signal()
    """Something became known or void, began, advanced or ended."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._inquiry = Inquiry(session, self)
        self._counting = Inquiry(session, self)
        self._waiting: list[tuple[type[Query], dict[str, Any]]] = []
        self.costs: Costs | None = None
        self.profile: Profile | None = None
        self.limits: MachineLimits | None = None
        """Of this machine, with the threads that the model has."""
        self.runs: list[ComparedRun] = []
        self.refusal = ""
        """Why the last measurement was not made, in sentences; empty where it was."""
        self.cuda_refusal = ""
        """The same of the last attempt to run on a GPU."""
        self.gpu_missing = False
        """Whether that attempt found no GPU that works: another one would not either."""
        self.progress: Progress | None = None
        self.running = False
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._take_refusal)
        self._counting.answered.connect(self._take_costs)
        session.progressed.connect(self._take_progress)
        session.tokens_reset.connect(self.forget)
        session.model_changed.connect(self._take_model)

    def count_costs(self, total: int) -> None:
        """Have the costs of a token counted, at a length of the sequence; does nothing where they are known."""
        if self.costs is None or self.costs.total != total:
            self._counting.ask(ReadCost, total=total)

    def measure(self) -> None:
        """Measure where the time of a step goes, and what this machine can do.

        The second time the machine is measured anew, and the faster figures count.
        """
        model = self._session.model
        if model is None:
            return
        measured = (model.provider.threads, model.provider.gpu)
        again = self.limits is not None and (self.limits.threads, self.limits.device) == measured
        self._waiting.append((ReadMachineLimits, {"again": again}))
        self._begin((ReadProfile, {"tokens": 8}))

    def compare(
        self,
        start: int,
        steps: Sequence[Step | None],
        provider: Literal["cpu", "cuda"] = "cpu",
        threads: int = 0,
        variant: str = "",
    ) -> None:
        """Have a reply read again.

        Args:
            start: position of its first token.
            steps: of its tokens; where one is not known, the most probable tokens are compared instead of draws.
            provider: as of `CompareRun`.
            threads: likewise.
            variant: likewise.
        """
        known = [step for step in steps if step is not None]
        draws: tuple[float, ...] = ()
        chains: tuple[Any, ...] = ()
        if known and len(known) == len(steps):
            draws = tuple(step.draw if step.source == "written" else math.nan for step in known)
            settings = [step.settings for step in known]
            chains = (settings[0],) if all(one == settings[0] for one in settings) else tuple(settings)
        fields = {
            "start": start,
            "provider": provider,
            "threads": threads,
            "variant": variant,
            "draws": draws,
            "settings": chains,
        }
        self._begin((CompareRun, fields))

    @Slot()
    def stop(self) -> None:
        """Measure no more; what is known already stays."""
        self._waiting.clear()
        if self.running:
            self._session.stop_measuring()

    @Slot()
    def forget(self) -> None:
        """Another sequence: what was measured on the old one is void."""
        self._inquiry.forget()
        self._counting.forget()
        self._waiting.clear()
        self.costs = self.profile = self.progress = None
        self.runs = []
        self.refusal = ""
        self.running = False
        self.changed.emit()

    # ------------------------------------------------------------ one after the other

    def _begin(self, wanted: tuple[type[Query], dict[str, Any]]) -> None:
        self._waiting.append(wanted)
        self.refusal = ""
        if not self.running:
            self._go_on()

    def _go_on(self) -> None:
        self.progress = None
        self.running = bool(self._waiting) and self._session.model is not None
        if self.running:
            kind, fields = self._waiting.pop(0)
            self._inquiry.ask(kind, **fields)
        self.changed.emit()

    @Slot(object)
    def _take(self, value: object) -> None:
        match value:
            case Profile():
                self.profile = value
            case MachineLimits():
                self.limits = value
            case ComparedRun():
                self.runs = [run for run in self.runs if _kind(run) != _kind(value)] + [value]
        self._go_on()

    @Slot(object)
    def _take_costs(self, value: object) -> None:
        if isinstance(value, Costs):
            self.costs = value
            self.changed.emit()

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        asked = self._inquiry.query
        if failed.case == "interrupted":
            self._waiting.clear()
        else:
            self.refusal = f"{failed.what} {failed.remedy}"
            if isinstance(asked, CompareRun) and asked.provider == "cuda":
                self.cuda_refusal = failed.what
                self.gpu_missing = failed.case == "no-cuda"
        self._go_on()

    @Slot(object)
    def _take_progress(self, progress: Progress) -> None:
        if self.running and progress.task in _TASKS:
            self.progress = progress
            self.changed.emit()

    @Slot()
    def _take_model(self) -> None:
        self.cuda_refusal, self.gpu_missing = "", False
        self.forget()


def _kind(run: ComparedRun) -> tuple[str, int, str]:
    return run.provider.name, run.provider.threads, run.variant
