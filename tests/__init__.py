"""Tests of Vitrine; the folders mirror the packages."""
