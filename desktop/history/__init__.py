"""Conversations on disk: what was typed, every token that was written, and the files they travel in.

Knows no Qt, no session and no engine.
"""
