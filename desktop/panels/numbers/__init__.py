"""The panel Numbers: one value in every number format, bit by bit, and what formats cost a tensor or the model.

Knows nothing about the engine; `panel` talks to the session.
"""
