"""Reading GGUF files: header, metadata, tensors and their numbers.

Knows nothing about architectures or tokenizers. The files are untrusted: every count and offset is checked
before use.
"""
