"""Finding out of any exported decoder how it is run and where its attention is, so that it can be looked into.

Knows nothing about runtimes; what has to be measured is measured by a runner that the caller gives.
"""
