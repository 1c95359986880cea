"""The panel Tensors: every weight with its statistics, its distribution and its numbers as a picture.

Knows nothing about the engine; `panel` talks to the session.
"""
