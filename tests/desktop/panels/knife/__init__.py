"""Tests of the knife panel."""
