"""Looking at tensors: what there is, statistics, slices, single values, and what formats would make of them.

Knows nothing about processes or windows; `contract` is the part of the engine's contract about it.
"""
