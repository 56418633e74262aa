"""The live figures of the chapter on networks that train in the page (chapters/scaling/watch_it_learn.ipynb)."""
