"""Models of the part on scaling: laws of loss, abilities, small training."""
