"""The live figures of the chapter on the loss threshold (chapters/scaling/loss_threshold.ipynb)."""
