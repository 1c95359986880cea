"""Tests of the precision panel."""
