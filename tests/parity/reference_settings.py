"""What is muted and covered where our numbers are compared with transformers'; plain numbers for both sides.

Knows nothing of either.
"""

from __future__ import annotations

LAYER, HEAD, COVERED = 1, 2, 3
