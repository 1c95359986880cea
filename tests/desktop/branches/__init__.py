"""Tests of the tree of branches."""
