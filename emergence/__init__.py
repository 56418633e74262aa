"""The simulations of *At the Limit*: plain NumPy models, one module per topic.

Nothing is imported here, so that ``import emergence`` costs nothing: take what you need from the topic
modules (``emergence.scaling.laws``, ``emergence.physics.ising``) or from ``emergence.figures`` for the live figures.
"""

__version__ = "0.1.0"
