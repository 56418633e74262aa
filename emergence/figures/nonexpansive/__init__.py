"""The live figures of the chapter on nonexpansive blocks (chapters/operators/nonexpansive.ipynb)."""
