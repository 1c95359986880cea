"""Tests of the controls that panels share."""
