"""Tests of number formats."""
