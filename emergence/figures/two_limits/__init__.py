"""The live figures of the chapter on the order of limits (chapters/physics/two_limits.ipynb)."""
