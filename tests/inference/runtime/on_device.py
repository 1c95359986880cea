"""A provider whose memory is its own as a GPU's is, though it is the processor's: a device in all but speed.

Knows nothing about what is tested. What it cannot stand in for: copies over a bus, 16-bit kernels, and recording a
run; its replayed steps are runs like others, with inputs in their fixed places and the whole context as their total.
"""

from __future__ import annotations

from dataclasses import replace

from inference.runtime.providers import choose_provider

CPU = choose_provider("cpu")
DEVICE = replace(CPU, own_memory=True)
REPLAYING = replace(DEVICE, graphs=True)
