"""How fast this machine runs a model, alone and beside what other people use.

Knows nothing about how the figures are shown.
"""
