"""Ising lattices near their critical temperature, simulated for the chapter on scale."""
