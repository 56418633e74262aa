"""The live figures of the chapter on order from simple rules (chapters/physics/collective.ipynb)."""
