"""Reading models that other programs exported as ONNX, without loading their weights.

Knows nothing about what a graph computes. The files are untrusted: every size, place and path is checked.
"""
