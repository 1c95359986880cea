"""A model's graphs in another number format: weights rounded or in blocks, what is computed rounded as well.

Knows nothing about running them or about who compares.
"""
