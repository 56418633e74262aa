"""The live figures of the chapter on finite-size scaling (chapters/physics/scale.ipynb)."""
