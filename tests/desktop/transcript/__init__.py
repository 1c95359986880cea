"""Tests of the transcript's parts."""
