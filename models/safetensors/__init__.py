"""Reading safetensors checkpoints: headers, shards, and the numbers of their tensors.

Knows nothing about architectures or tokenizers. The files are untrusted: every length and offset is checked
before use.
"""
