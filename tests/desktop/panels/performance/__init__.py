"""Tests of the performance panel."""
