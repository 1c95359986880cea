"""The residual stream of any body: where it runs, what each layer adds to it, and graphs that show and mute that.

Knows nothing about running graphs.
"""
