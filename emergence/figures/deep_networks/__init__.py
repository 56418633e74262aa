"""The live figures of the chapter on order and chaos in deep networks (chapters/operators/deep_networks.ipynb)."""
