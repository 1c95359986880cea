"""Where a model's time goes, and how far it is from what this machine can do.

Knows nothing about how that is shown.
"""
