"""The weights of any ONNX graph, read a piece at a time from where they lie, and what quantized ones mean.

Knows nothing about running a graph or about who asks.
"""
