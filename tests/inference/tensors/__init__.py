"""Tests of looking at tensors."""
