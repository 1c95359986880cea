"""Tests of the next-token panel."""
