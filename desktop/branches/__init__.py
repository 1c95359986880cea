"""The tree of a conversation's branches: laid out, painted, gone through.

Knows nothing about how a branch is shown.
"""
