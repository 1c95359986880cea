"""The same word in two sentences: how its vectors drift apart from layer to layer, and what they are near.

Knows nothing about who asks, and nothing about the conversation.
"""
