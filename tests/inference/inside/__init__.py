"""Tests of what is inside a model."""
