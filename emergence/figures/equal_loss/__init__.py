"""The live figures of the chapter on models of equal loss (chapters/scaling/equal_loss.ipynb)."""
