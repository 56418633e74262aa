"""Measurements on a real pretrained language model, SmolLM2-135M-Instruct, in array code of our own."""
