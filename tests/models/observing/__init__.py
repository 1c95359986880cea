"""Tests of `models.observing`."""
