"""Colour maps: their ends, their evenness, and that text stays readable on them."""

from __future__ import annotations

import numpy as np
import pytest

from desktop import colour_maps
from desktop.theme import DARK, LIGHT, PALETTES, Palette


def luminance(rgb: np.ndarray) -> np.ndarray:
    """Relative luminance (WCAG 2.2) of ``[..., 3]`` colours from 0 to 1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Contrast ratio of colours, 1 to 21."""
    a, b = luminance(one), luminance(other)
    return (np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05)


def rgb(colour: str) -> np.ndarray:
    """A palette's colour from 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def test_white_has_lightness_one_and_no_hue() -> None:
    assert np.allclose(colour_maps.oklab(np.array([1.0, 1.0, 1.0])), [1.0, 0.0, 0.0], atol=1e-4)


def test_oklab_there_and_back() -> None:
    colours = np.random.default_rng(0).random((100, 3))
    assert np.allclose(colour_maps.srgb(colour_maps.oklab(colours)), colours, atol=1e-6)


def test_a_table_ends_at_its_control_colours() -> None:
    table = colour_maps.table_through("#102030", "#ffffff")
    assert table.shape == (256, 4)
    assert table.dtype == np.uint8
    assert table[0].tolist() == [0x10, 0x20, 0x30, 255]
    assert table[255].tolist() == [255, 255, 255, 255]


@pytest.mark.parametrize("palette", PALETTES)
def test_equal_steps_of_the_number_are_equal_steps_of_colour(palette: Palette) -> None:
    for table in (colour_maps.attention(palette), colour_maps.probability(palette)):
        path = colour_maps.oklab(table[:, :3] / 255)
        # Over many entries, so that rounding to whole levels does not count; corners of the path cut it short.
        steps = np.abs(np.diff(path, axis=0)) ** 2
        lengths = np.sqrt(steps.sum(axis=1)).reshape(17, 15).sum(axis=1)
        assert lengths.max() < 1.4 * lengths.min()


@pytest.mark.parametrize(("palette", "direction"), [(DARK, 1), (LIGHT, -1)])
def test_attention_starts_at_the_panel_and_goes_one_way_in_lightness(
    palette: Palette, direction: int
) -> None:
    table = colour_maps.attention(palette)
    assert np.allclose(table[0, :3] / 255, rgb(palette.window), atol=1 / 255)
    lightness = colour_maps.oklab(table[:, :3] / 255)[:, 0]
    assert (direction * np.diff(lightness) > -2e-3).all()
    assert direction * (lightness[-1] - lightness[0]) > 0.5


@pytest.mark.parametrize("palette", PALETTES)
def test_text_is_readable_on_every_tint(palette: Palette) -> None:
    for table in (
        colour_maps.probability(palette),
        colour_maps.attention_ground(palette),
        colour_maps.divergence(palette),
    ):
        assert contrast(table[:, :3] / 255, rgb(palette.text)).min() >= 6.0


@pytest.mark.parametrize("palette", PALETTES)
def test_divergence_starts_at_the_panel_and_text_that_steps_back_is_readable_on_it(palette: Palette) -> None:
    table = colour_maps.divergence(palette)
    assert np.allclose(table[0, :3] / 255, rgb(palette.window), atol=1 / 255)
    assert contrast(table[:, :3] / 255, rgb(palette.text_soft)).min() >= 3.0


@pytest.mark.parametrize("palette", PALETTES)
def test_every_kind_of_text_is_readable_on_its_grounds(palette: Palette) -> None:
    for ink in (palette.text, palette.text_soft, palette.text_faint, palette.accent, palette.cursor):
        for ground in (palette.window, palette.surface):
            assert contrast(rgb(ink), rgb(ground)) >= 4.5, (ink, ground)
    assert contrast(rgb(palette.on_accent), rgb(palette.accent)) >= 4.5
    assert contrast(rgb(palette.text), rgb(palette.danger_soft)) >= 7


def test_numbers_outside_are_clipped() -> None:
    table = colour_maps.table_through("#000000", "#ffffff")
    assert colour_maps.colour_of(table, -1.0) == (0, 0, 0)
    assert colour_maps.colour_of(table, 2.0) == (255, 255, 255)
