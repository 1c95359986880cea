"""The lens panel: what the model would say after each layer, and what each part adds to the chosen token's logit.

Knows nothing about how that is computed.
"""

from __future__ import annotations

from desktop.panels.lens.panel import LensPanel

__all__ = ["LensPanel"]
