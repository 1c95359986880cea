"""Tests of the panel Layers."""
