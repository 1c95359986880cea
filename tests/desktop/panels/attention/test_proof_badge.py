"""The badge says what is known about the numbers."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.panels.attention.proof_badge import LONGEST_REASON, ProofBadge, format_delta
from inference.contract import Proof


@pytest.mark.parametrize(
    ("delta", "text"),
    [(2.4e-7, "2.4 × 10⁻⁷"), (0.0, "0"), (1e-10, "1.0 × 10⁻¹⁰"), (0.25, "2.5 × 10⁻¹"), (3.0, "3.0 × 10⁰")],
)
def test_differences_have_two_digits(delta: float, text: str) -> None:
    assert format_delta(delta) == text


@pytest.fixture
def badge(qtbot: QtBot) -> ProofBadge:
    """A badge that knows nothing yet."""
    widget = ProofBadge()
    qtbot.addWidget(widget)
    return widget


def test_before_the_proof_is_known_it_is_being_checked(badge: ProofBadge) -> None:
    assert badge.text() == "checking …"
    assert badge.toolTip()


def test_what_is_from_a_recording_was_proved_elsewhere_or_is_not(badge: ProofBadge) -> None:
    proof = Proof("measured", 0.0, 0.0, 64, "compared on 64 tokens")
    badge.show_proof(proof)
    text = badge.text()
    assert "recording" not in badge.toolTip()
    badge.show_proof(proof, recorded=True)
    assert badge.text() == text
    assert badge.toolTip().startswith("Measured with the model, on the machine that made the recording.")
    badge.show_proof(None, recorded=True)
    assert badge.text() == "not proved"
    assert "had not been measured" in badge.toolTip()


def test_a_reconstruction_tells_its_largest_difference(badge: ProofBadge) -> None:
    badge.show_proof(Proof("reconstructed", 2.4e-7, 1.1e-6, 64, "compared on 64 tokens"))
    assert badge.text() == "reconstructed · max |Δ| 2.4 × 10⁻⁷"
    assert "compared on 64 tokens" in badge.toolTip()
    assert "64 tokens the weights differ" in badge.toolTip()
    assert "1.1 × 10⁻⁶" in badge.toolTip()
    assert badge.text() in badge.accessibleDescription()


def test_the_kernels_own_numbers_are_measured(badge: ProofBadge) -> None:
    badge.show_proof(Proof("measured", None, None, 64, "the kernel gives them"))
    assert badge.text() == "measured"


def test_a_refusal_is_amber_and_gives_its_reason(badge: ProofBadge) -> None:
    badge.show_proof(Proof("refused", None, None, 64, "the kernel has no output to compare with"))
    assert badge.text() == "refused, because the kernel has no output to compare with"
    assert badge.palette().color(badge.foregroundRole()) == theme.colour(theme.current().warning)
    badge.show_proof(Proof("refused", None, None, 64, "x" * 200))
    assert len(badge.text()) < LONGEST_REASON + 20
    assert badge.toolTip() == "x" * 200
