"""Tests of `models.exports`."""
