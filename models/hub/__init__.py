"""Repositories of a model hub: what they hold, which files are wanted, how these come here whole.

Knows nothing about processes or windows. Nothing here is asked of the network before a person asks for it;
the library that talks to the hub is imported only then.
"""

from models.hub.identifier import HubId, is_hub_id, parse_hub_id

__all__ = ["HubId", "is_hub_id", "parse_hub_id"]
