"""Tests that need the model's own weights (make test-real-model)."""
