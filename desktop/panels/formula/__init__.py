"""The panel Formula: one neuron of the model at the cursor, spelled out in real numbers.

Knows nothing about how it is computed.
"""
