"""The live figures of the chapter on residual blocks (chapters/operators/residual.ipynb)."""
