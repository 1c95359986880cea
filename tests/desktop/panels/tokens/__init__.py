"""Tests of the tokens panel."""
