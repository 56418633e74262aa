"""The figure of the landing page (index.ipynb)."""
