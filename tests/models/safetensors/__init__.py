"""Tests of `models.safetensors`."""
