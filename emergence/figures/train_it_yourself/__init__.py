"""The live figures of the chapter on the book's own small models (chapters/scaling/train_it_yourself.ipynb)."""
