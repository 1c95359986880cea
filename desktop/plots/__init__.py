"""Widgets that paint arrays, and the arithmetic behind them.

Knows nothing about the session, the engine or models: arrays and plain values in, signals out.
"""
