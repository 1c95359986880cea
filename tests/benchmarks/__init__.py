"""Benchmarks: ratios to peers, measured in one run on one machine, and what the window costs.

Not part of a plain test run: ``uv run pytest tests/benchmarks -m benchmark -s``.
"""
