"""Controls that several panels share: number fields, sliders, menus for saving.

Knows nothing about tokens, models or sessions.
"""
