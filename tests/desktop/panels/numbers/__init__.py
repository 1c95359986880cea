"""Tests of the panel Numbers."""
