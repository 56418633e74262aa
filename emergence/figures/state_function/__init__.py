"""The live figures of the chapter on the state function (chapters/synthesis/state_function.ipynb)."""
