"""The performance panel: where the time of the newest reply went, and how far that is from the machine's limits.

Knows nothing about how anything is measured; the engine does that when it is asked to.
"""
