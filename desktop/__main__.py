"""``python -m desktop``: the same as ``vitrine``.

Knows nothing else.
"""

from __future__ import annotations

import sys

from desktop.main import main

if __name__ == "__main__":
    sys.exit(main())
