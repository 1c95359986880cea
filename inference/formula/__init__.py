"""One neuron spelled out: its inputs at a position, its weights, their products and sum, and what the runtime made.

Knows nothing about processes or windows; `contract` is the part of the engine's contract about it.
"""
