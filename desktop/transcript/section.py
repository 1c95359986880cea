"""A stretch of a reply on one channel: its tokens, their layout, and the line it is folded behind.

Knows nothing about the other parts but where it stands among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.piece_text import Unit, UnitStream
from desktop.transcript.flow import TokenFlow
from desktop.transcript.fold import Fold
from desktop.transcript.markdown import MarkdownBody


@dataclass(slots=True)
class Section:
    """Tokens of one channel that follow each other, markup between them not counted.

    Args:
        fold: its line; ``None`` for a part of the reply itself.
        body: its text.
        stream: makes units of its tokens.
        units: all units so far.
        start: position of its first token, -1 where no positions are known.
        stop: one past the position of its last.
        top: of the section, in pixels from the body's top.
        first: number of its first character in the whole.
    """

    fold: Fold | None
    body: TokenFlow | MarkdownBody
    stream: UnitStream = field(default_factory=UnitStream)
    units: list[Unit] = field(default_factory=list)
    start: int = -1
    stop: int = -1
    top: float = 0.0
    first: int = 0

    @property
    def shown(self) -> bool:
        """Whether its text is shown."""
        return self.fold is None or self.fold.open

    @property
    def body_top(self) -> float:
        """Where its text begins, in pixels from the whole body's top."""
        return self.top + (0.0 if self.fold is None else self.fold.height)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.body_top + (self.body.height if self.shown else 0.0)

    @property
    def length(self) -> int:
        """Code units of what is shown of it."""
        return self.body.length if self.shown else 0

    def add(self, units: Sequence[Unit]) -> float:
        """Add units at its end.

        Returns:
            From where on its picture changed, in pixels from its body's top.
        """
        self.units += units
        return self.body.append(units) if isinstance(self.body, TokenFlow) else 0.0
