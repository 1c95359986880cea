"""ONNX graphs: building a decoder's, and changing one to observe it.

Knows nothing about running them.
"""
