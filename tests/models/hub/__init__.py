"""Tests of models.hub."""
