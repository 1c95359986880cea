"""Presets of a window."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.archive import Archive
from desktop.comparison.presets import Presets, included_presets
from inference.sampling.settings import SamplingSettings
from models.errors import VitrineError

HOT = SamplingSettings(temperature=1.4)


@pytest.fixture
def archive(qtbot: QtBot) -> Iterator[Archive]:
    made = Archive()
    yield made
    made.close()


@pytest.fixture
def presets(archive: Archive) -> Presets:
    return Presets(archive, archive)


def test_some_come_with_the_program(presets: Presets) -> None:
    names = [preset.name for preset in presets.all()]
    assert names == ["Greedy", "Balanced", "Adventurous", "The model alone"]
    assert not any(preset.kept for preset in presets.all())
    assert presets.name_of(SamplingSettings()) == "Balanced"
    assert len({preset.settings for preset in included_presets()}) == len(names)


def test_one_is_kept_found_and_removed(qtbot: QtBot, presets: Presets, archive: Archive) -> None:
    with qtbot.waitSignal(presets.changed):
        assert presets.keep("  Wild  nights ", HOT)
    assert presets.all()[0].name == "Wild nights"
    assert presets.name_of(HOT) == "Wild nights"
    again = Presets(archive, archive)
    assert again.named("Wild nights") == presets.all()[0]
    with qtbot.waitSignal(presets.changed):
        presets.remove("Wild nights")
    assert presets.named("Wild nights") is None


def test_a_persons_own_takes_the_place_of_one_of_the_program(presets: Presets) -> None:
    presets.keep("Greedy", HOT)
    found = presets.named("Greedy")
    assert found is not None
    assert (found.settings, found.kept) == (HOT, True)
    assert [preset.name for preset in presets.all()].count("Greedy") == 1
    presets.remove("Greedy")
    restored = presets.named("Greedy")
    assert restored is not None
    assert not restored.kept


def test_a_name_of_nothing_is_refused_in_a_sentence(
    presets: Presets, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[VitrineError] = []
    archive.failed.connect(told.append)
    with caplog.at_level(logging.ERROR):
        assert not presets.keep("   ", HOT)
    assert told[0].case == "no-name"
    assert presets.name_of(HOT) == ""
