"""The live figures of the chapter on symmetry breaking (chapters/physics/symmetry_breaking.ipynb)."""
