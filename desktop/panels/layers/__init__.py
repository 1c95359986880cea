"""The panel Layers: the model as a tree and as one nested expression, and the graph behind each layer.

Knows nothing about the engine; `panel` talks to the session.
"""
