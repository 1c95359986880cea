"""Tests of the window, in an offscreen Qt."""
