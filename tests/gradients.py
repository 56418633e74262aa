"""Gradients by finite differences, to check those that are written out."""

import numpy as np


def numerical_gradient(loss, parameters, step=1e-5):
    """Central differences of loss() in every entry of every array."""
    gradients = {}
    for name, array in parameters.items():
        gradients[name] = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + step
            above = loss()
            array[index] = kept - step
            gradients[name][index] = (above - loss()) / (2 * step)
            array[index] = kept
    return gradients
