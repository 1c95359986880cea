"""The only package that talks to onnxruntime: which provider runs a model, and running it.

Knows nothing about tokens' meaning, sampling or conversations.
"""

from __future__ import annotations

import os

# The runtime would otherwise give this machine an identifier, keep a diary of sessions in the home directory and try
# to send it home. It looks at this when it is loaded, so nothing may import it before this package.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
