"""The performance panel: where the time of the newest reply went, and how far that is from the machine's limits."""
