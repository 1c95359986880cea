"""Tests of the residual stream in graphs."""
