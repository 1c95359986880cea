"""A reply read again in other number formats, and how far each takes the model from itself.

Knows nothing about windows; `contract` is the part of the engine's contract about it.
"""
