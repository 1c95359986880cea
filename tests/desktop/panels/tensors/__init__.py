"""Tests of the panel Tensors."""
