"""Tokenizers: text to token IDs and back, exactly, control tokens apart.

Knows nothing about models, prompts or chat templates.
"""
