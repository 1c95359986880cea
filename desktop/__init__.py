"""The desktop application: window, panels, plots, theme, translations and the command line.

Knows no ONNX: everything it shows comes through the engine's contract.
"""
