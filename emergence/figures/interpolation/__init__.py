"""The live figures of the chapter on interpolation and noise (chapters/scaling/interpolation.ipynb)."""
