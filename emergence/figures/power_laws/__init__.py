"""The live figures of the chapter on scaling laws (chapters/scaling/power_laws.ipynb)."""
