"""Tests of the sampling chain."""
