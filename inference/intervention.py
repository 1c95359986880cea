"""What is muted in a model and which words are covered: plain, frozen, compared by what it says.

Knows nothing about how that is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Intervention:
    """What is changed in the computation, at every position and from the first one on.

    A head that is muted adds nothing: what it mixed is multiplied by 0 before the output projection. Of a block that
    is muted, nothing is added to the residual stream at all, biases included. A position that is covered is seen by
    no later one in any layer, as with 0 in an attention mask; the others keep their places, and it still sees itself.

    Args:
        heads: layer and head of each that is muted.
        attention: layers whose whole attention block is muted.
        mlp: layers whose MLP is muted.
        covered: positions that are covered.
    """

    heads: tuple[tuple[int, int], ...] = ()
    attention: tuple[int, ...] = ()
    mlp: tuple[int, ...] = ()
    covered: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return bool(self.heads or self.attention or self.mlp or self.covered)

    def __len__(self) -> int:
        """How many things are changed."""
        return len(self.heads) + len(self.attention) + len(self.mlp) + len(self.covered)

    def toggled_heads(self, heads: Iterable[tuple[int, int]]) -> Intervention:
        """With some heads muted; where all of them were already, with none of them muted."""
        return replace(self, heads=_toggled(self.heads, heads))

    def toggled_attention(self, layer: int) -> Intervention:
        """With the attention block of a layer muted, or no more."""
        return replace(self, attention=_toggled(self.attention, (layer,)))

    def toggled_mlp(self, layer: int) -> Intervention:
        """With the MLP of a layer muted, or no more."""
        return replace(self, mlp=_toggled(self.mlp, (layer,)))

    def toggled_cover(self, position: int) -> Intervention:
        """With a position covered, or no more."""
        return replace(self, covered=_toggled(self.covered, (position,)))

    def to_fact(self) -> dict[str, Any]:
        """Plain values, for JSON; what is empty is left out."""
        heads = [list(head) for head in self.heads]
        fields = {"heads": heads, "attention": self.attention, "mlp": self.mlp, "covered": self.covered}
        return {name: list(value) for name, value in fields.items() if value}

    @classmethod
    def from_fact(cls, fact: Any) -> Intervention:
        """From plain values, whoever wrote them: what makes no sense is left out (fault 49)."""
        values = fact if isinstance(fact, dict) else {}

        def numbers(name: str) -> tuple[int, ...]:
            found = values.get(name)
            return tuple(sorted({one for one in found if _counts(one)})) if isinstance(found, list) else ()

        found = values.get("heads")
        pairs = found if isinstance(found, list) else []
        heads = {
            (one[0], one[1])
            for one in pairs
            if isinstance(one, list) and len(one) == 2 and all(map(_counts, one))
        }
        return cls(tuple(sorted(heads)), numbers("attention"), numbers("mlp"), numbers("covered"))


NOTHING = Intervention()
"""Nothing is changed."""


def _toggled(there: tuple[Any, ...], wanted: Iterable[Any]) -> tuple[Any, ...]:
    asked, known = set(wanted), set(there)
    return tuple(sorted(known - asked if asked <= known else known | asked))


def _counts(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
