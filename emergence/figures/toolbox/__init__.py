"""The live figures of the toolbox (chapters/toolbox.ipynb)."""
