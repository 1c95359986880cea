"""The conversation as it is read: messages of tokens, laid out, tinted, chosen and copied.

Knows nothing about engines; everything comes from a `Session`.
"""
