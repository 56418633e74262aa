"""The live figures of the chapter on stacked blocks (chapters/operators/stacked.ipynb)."""
