"""What the hub offers and how far a download is, in words."""

from __future__ import annotations

import pytest

from desktop.model_library import download_wording as wording
from models.hub.messages import Fetching, Offer
from models.hub.repository import Repository, RepositoryFile
from models.hub.variants import Variant


def plain(text: str) -> str:
    """With spaces that may break."""
    return text.replace("\u00a0", " ")


def variant(*sizes: int) -> Variant:
    """A variant of so many files."""
    files = tuple(RepositoryFile(f"file-{size}", size, "0" * 64, "") for size in sizes)
    return Variant("q4", "onnx", "file", files)


def offer(licence: str, gated: bool) -> Offer:
    """Of nothing in particular."""
    return Offer(Repository("org/name", "", "0123456789" * 4, licence, gated, ()), (variant(1),), 0)


def test_licence_commit_and_consent_are_told() -> None:
    assert wording.repository_text(offer("mit", False)) == "licence: mit · commit 01234567"
    assert wording.repository_text(offer("", True)).startswith("no licence stated · ")
    assert "consent" in wording.repository_text(offer("", True))
    assert "\u202e" not in wording.repository_text(offer("m\u202eit", False))


def test_the_largest_files_are_named_and_the_rest_is_counted() -> None:
    lines = plain(wording.files_text(variant(*range(1000, 12_000, 1000)))).splitlines()
    assert lines[0] == "file-11000  11 kB"
    assert lines[-1] == "3 more  6.0 kB"
    assert len(lines) == wording.MOST_FILES + 1


def test_what_is_here_already_is_told() -> None:
    assert plain(wording.total_text(variant(3_000_000), 0, 5_000_000_000)) == (
        "3.0 MB to fetch; 5.00 GB free on this disk"
    )
    assert plain(wording.total_text(variant(3_000_000), 1_000_000, 5_000_000_000)) == (
        "2.0 MB of 3.0 MB to fetch, 1.0 MB are here already; 5.00 GB free on this disk"
    )


def test_what_speaks_against_a_variant_is_told_before_it_is_fetched() -> None:
    tokenizer = RepositoryFile("tokenizer.json", 5, "0" * 64, "")
    whole = Variant("q4", "onnx", "file", (*variant(1_000).files, tokenizer))
    assert wording.warning_text(whole, 0, 1_005) == ""
    assert "room" in wording.warning_text(whole, 0, 1_004)
    assert wording.warning_text(whole, 500, 505) == ""
    assert "tokenizer.json" in wording.warning_text(variant(1_000), 0, 10_000)
    assert wording.warning_text(Variant("Q8_0", "gguf", "a.gguf", variant(5).files), 0, 10) == ""


@pytest.mark.parametrize(
    ("speed", "text"),
    [
        (None, "100 MB of 1.00 GB"),
        (0.0, "100 MB of 1.00 GB · 0 B/s"),
        (100e6, "100 MB of 1.00 GB · 100 MB/s · 9 s left"),
        (1e6, "100 MB of 1.00 GB · 1.0 MB/s · 15 min left"),
        (1e5, "100 MB of 1.00 GB · 100 kB/s · 2 h left"),
        (1e12, "100 MB of 1.00 GB · 1000.00 GB/s · 1 s left"),
    ],
)
def test_progress_is_told_in_bytes_speed_and_time(speed: float | None, text: str) -> None:
    progress = Fetching("fetch", "model.onnx", 100_000_000, 1_000_000_000)
    assert plain(wording.progress_text(progress, speed)).replace("1,000.00", "1000.00") == text


def test_what_is_going_on_is_told() -> None:
    assert wording.progress_text(None, None) == "Asking the hub …"
    assert wording.doing_text(None) == ""
    assert wording.doing_text(Fetching("fetch", "a\nb", 1, 2)) == "a⟨U+000A⟩b"
    assert "model.onnx" in wording.doing_text(Fetching("check", "model.onnx", 1, 2))
    waiting = Fetching("wait", "model.onnx", 1, 2, "The connection was dropped.")
    assert wording.doing_text(waiting) == "The connection was dropped. Trying again soon."
    assert "/s" not in wording.progress_text(waiting, 5.0)
