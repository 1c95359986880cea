"""Tests of exports by other people's tools against the models they were made of."""
