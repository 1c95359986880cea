"""The sampling chain: from logits to a token, one stage after the other.

Knows nothing about where logits come from or who looks.
"""
