"""What a model is: its files, architecture, graph and tokenizer, and the bundle that is ready to run.

Knows neither Qt nor onnxruntime.
"""
