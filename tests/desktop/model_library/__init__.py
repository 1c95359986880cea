"""Tests of the library window, the import card and opening models."""
