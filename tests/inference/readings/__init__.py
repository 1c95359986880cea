"""Tests of reading two sentences."""
