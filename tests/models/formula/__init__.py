"""Tests of finding what can be spelled out as a formula."""
