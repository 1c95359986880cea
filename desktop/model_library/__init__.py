"""The library: the bundles on this machine, what an import found, opening and downloading models.

Knows nothing about how models are imported, downloaded or run.
"""
