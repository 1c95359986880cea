"""Tests of the compare panel."""
