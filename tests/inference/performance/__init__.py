"""Tests of the measurements of where time goes."""
