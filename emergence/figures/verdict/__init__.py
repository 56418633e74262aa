"""The live figures of the chapter on the verdict (chapters/operators/verdict.ipynb)."""
