"""Colour maps: tables from a weight or probability to a colour, perceptually uniform, computed here.

Knows nothing about what is drawn with them.

Each map is given by a few control colours. They are joined in OKLab (Björn Ottosson, “A perceptual color
space for image processing”, 2020) and then sampled at equal distances along that path, so that equal steps
of the number look like equal steps of colour.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from desktop.theme import Palette

Table = NDArray[np.uint8]
"""``uint8 [256, 4]``: red, green, blue, alpha of each of 256 levels."""

_LMS_FROM_RGB = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB_FROM_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_DENSE = 4096


def oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """OKLab coordinates of sRGB colours.

    Args:
        rgb: ``[..., 3]`` from 0 to 1.

    Returns:
        ``[..., 3]`` lightness, green–red, blue–yellow.
    """
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _LMS_FROM_RGB.T) @ _LAB_FROM_LMS.T)


def srgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB colours of OKLab coordinates, clipped to what a screen can show.

    Args:
        lab: ``[..., 3]`` lightness, green–red, blue–yellow.

    Returns:
        ``[..., 3]`` from 0 to 1.
    """
    linear = ((lab @ np.linalg.inv(_LAB_FROM_LMS).T) ** 3) @ np.linalg.inv(_LMS_FROM_RGB).T
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def table_through(*colours: str) -> Table:
    """A map through control colours, in equal steps of perceived difference.

    Args:
        colours: ``#rrggbb`` from the lowest number to the highest.

    Returns:
        ``uint8 [256, 4]``, opaque.
    """
    controls = oklab(np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours]))
    path = np.stack(
        [
            np.interp(np.linspace(0, len(colours) - 1, _DENSE), np.arange(len(colours)), controls[:, axis])
            for axis in range(3)
        ],
        axis=1,
    )
    travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    stations = np.linspace(0.0, travelled[-1], 256)
    even = np.stack([np.interp(stations, travelled, path[:, axis]) for axis in range(3)], axis=1)
    table = np.full((256, 4), 255, dtype=np.uint8)
    table[:, :3] = np.round(srgb(even) * 255)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=8)
def probability(palette: Palette) -> Table:
    """Grounds for text by probability: red for what surprised the model, sand, green for what it was sure of.

    Every colour keeps the palette's text readable on it (contrast at least 6 : 1).
    """
    if palette.dark:
        return table_through("#541722", "#55342a", "#545441", "#3d4c33", "#26432d", "#0d2e23")
    return table_through("#eba9a7", "#f6cdb5", "#f7f4da", "#dbebc1", "#bddfbb", "#9dc9b0")


@lru_cache(maxsize=8)
def attention(palette: Palette) -> Table:
    """Attention weights. Zero is the panel's own ground: nothing is drawn where nothing is attended."""
    if palette.dark:
        return table_through(palette.window, "#2a1650", "#6a1f70", "#b03060", "#e35a34", "#f9a01e", "#f7ed8a")
    return table_through(palette.window, "#f8d9a0", "#f3a264", "#e0604f", "#a92c66", "#5f1c6e", "#1c0d3a")


@lru_cache(maxsize=8)
def attention_ground(palette: Palette) -> Table:
    """Attention weights as grounds for text, which stays readable on every colour."""
    if palette.dark:
        return table_through(palette.window, "#2c1b52", "#5a2068", "#8c2a62")
    return table_through(palette.window, "#f9e2b4", "#f5bf8a", "#ee9c80")


@lru_cache(maxsize=8)
def divergence(palette: Palette) -> Table:
    """Grounds for text by how far apart two distributions are: nothing where they are the same, then blue.

    Text stays readable on every colour.
    """
    if palette.dark:
        return table_through(palette.window, "#1a2a47", "#223f6c", "#2a528e")
    return table_through(palette.window, "#d6e3f6", "#b3cdf0", "#93b8ea")


def colour_of(table: Table, share: float) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of a number from 0 to 1; numbers outside are clipped."""
    red, green, blue, _ = table[round(min(max(share, 0.0), 1.0) * 255)]
    return int(red), int(green), int(blue)
