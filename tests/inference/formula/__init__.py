"""Tests of spelling out neurons."""
