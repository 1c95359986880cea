"""How Vitrine becomes part of a desktop: its icon and its entry in the applications menu.

Knows nothing about windows or models.
"""
