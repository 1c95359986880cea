"""The only package that talks to onnxruntime: which provider runs a model, and running it.

Knows nothing about tokens' meaning, sampling or conversations.
"""
