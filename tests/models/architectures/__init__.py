"""Tests of architectures."""
