"""Tests of replies compared."""
