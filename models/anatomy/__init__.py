"""What a graph is made of: the shapes in it, the layer and part that each node belongs to, and what it costs.

Knows nothing about running a graph or about who asks.
"""
