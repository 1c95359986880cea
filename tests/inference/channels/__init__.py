"""Tests of `inference.channels`."""
