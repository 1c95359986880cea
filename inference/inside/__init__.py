"""What happens inside a model on the way to a token, and what it would do without some of its parts.

Knows nothing about who asks.
"""
