"""The live figures of the chapter on random products (chapters/operators/random_products.ipynb)."""
