"""The live figures of the chapter on contractions (chapters/limits/contractions.ipynb)."""
