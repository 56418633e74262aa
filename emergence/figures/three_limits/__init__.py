"""The live figures of the chapter on e, π and √2 (chapters/limits/three_limits.ipynb)."""
