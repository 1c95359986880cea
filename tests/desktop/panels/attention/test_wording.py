"""What the panel says."""

from __future__ import annotations

import pytest

from desktop.panels.attention import wording
from desktop.session import Head, Session
from inference.contract import Proof


@pytest.mark.parametrize(
    ("head", "name"),
    [(8, "layer 5, head 8"), ("mean", "layer 5, mean over heads"), ("max", "layer 5, maximum over heads")],
)
def test_heads_have_names(head: Head, name: str) -> None:
    assert wording.head_name(5, head) == name


@pytest.mark.parametrize(
    ("piece", "shown"), [(b" primarily", "primarily"), (b" ", "·"), (b"\n", "⏎"), (b"\xe3\x81", "⟨E3 81⟩")]
)
def test_the_headline_names_the_query(piece: bytes, shown: str) -> None:
    assert wording.headline(5, 8, piece) == f"layer 5, head 8 · query “{shown}” looks at keys →"


def test_without_a_query_the_headline_names_the_head_alone() -> None:
    assert wording.headline(5, 8, None) == "layer 5, head 8"


def test_a_first_token_with_much_weight_is_explained() -> None:
    assert "attention sink" in wording.sink_sentence(7, 0.4, hidden=False)
    assert wording.sink_sentence(7, 0.2, hidden=False) == ""
    assert wording.sink_sentence(0, 1.0, hidden=False) == ""


def test_a_hidden_sink_is_said_with_its_weight_as_text_not_markup() -> None:
    assert "39.6 %" in wording.sink_sentence(7, 0.396, hidden=True)
    assert "&lt;0.01 %" in wording.sink_sentence(7, 0.00001, hidden=True)


def test_an_empty_panel_says_what_will_appear(unloaded_session: Session) -> None:
    session = unloaded_session
    assert "as soon as a model is loaded" in wording.why_empty(session, 0)
    session.start()
    session.take_events()
    assert "Send a message" in wording.why_empty(session, 0)
    assert wording.why_empty(session, 3) == ""


def test_a_refused_proof_empties_the_panel(session: Session) -> None:
    session.proof = Proof("refused", None, None, 64, "the kernel differs by 0.3.")
    assert wording.why_empty(session, 3) == "No attention is shown for this model: the kernel differs by 0.3."
