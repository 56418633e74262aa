"""The live figures of the chapter on causal emergence (chapters/physics/causal_emergence.ipynb)."""
