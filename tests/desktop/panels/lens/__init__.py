"""Tests of the lens panel."""
