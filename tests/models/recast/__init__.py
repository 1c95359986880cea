"""Tests of models in other number formats."""
