"""Tests of the panel Two readings."""
