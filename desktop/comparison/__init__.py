"""Replies to one prompt compared: laid side by side, measured against each other, written one after the other.

Knows no widget; `desktop.panels.compare` shows it.
"""
