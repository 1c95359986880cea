"""Tests of the attention panel."""
