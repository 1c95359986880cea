"""Tests of the sidebar of conversations."""
