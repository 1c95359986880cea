"""Programs for the Pythons that have the peers; each is run as a file, none is imported.

Knows nothing of our own code.
"""
