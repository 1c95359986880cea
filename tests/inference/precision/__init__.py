"""Tests of a reply in other number formats."""
