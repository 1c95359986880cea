"""Other engines that run the same model on the same machine, each a program for the Python that has it.

Knows nothing about what is made of their figures.
"""
