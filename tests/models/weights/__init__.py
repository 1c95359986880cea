"""Tests of reading weights."""
