"""What only a machine with a GPU can tell.

Run there with ``uv run --extra cuda pytest tests/gpu``; elsewhere each test is skipped, with the reason why CUDA
cannot be used. Figures go to ``tests/gpu/results``, with the device, the driver and the date.
"""
