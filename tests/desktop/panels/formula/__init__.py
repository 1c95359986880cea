"""Tests of the panel Formula."""
