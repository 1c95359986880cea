"""Tests of `models.tokenizer`."""
