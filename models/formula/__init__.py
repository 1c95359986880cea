"""One neuron as a formula: where a graph multiplies with weights, and what happens to the sums afterwards.

Knows nothing about running a graph or about who asks.
"""
