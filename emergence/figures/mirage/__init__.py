"""The live figures of the chapter on scores and abilities (chapters/scaling/mirage.ipynb)."""
