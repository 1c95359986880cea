"""Running a model: the engine and its process, generation, the sampling chain, reading the inside.

Knows no Qt.
"""
