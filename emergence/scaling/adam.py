"""The optimiser of the models that train in a reader's page: steps of the size of the gradient's signal-to-noise.

theta <- theta - rate * m / (sqrt(v) + epsilon), with m and v the bias-corrected running means of the gradient and of
its square. Source: Kingma and Ba 2015.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Parameters = dict[str, NDArray[np.float64]]


class Adam:
    """Running moments of the gradient of named arrays; `step` changes the arrays in place."""

    def __init__(self, parameters: Parameters, rate: float, beta1: float = 0.9, beta2: float = 0.98) -> None:
        """rate: learning rate, (0, inf). beta1, beta2: memory of the two means, [0, 1)."""
        if not rate > 0:
            raise ValueError(f"rate = {rate:g} is outside the allowed range (0, inf)")
        for name, beta in (("beta1", beta1), ("beta2", beta2)):
            if not 0 <= beta < 1:
                raise ValueError(f"{name} = {beta:g} is outside the allowed range [0, 1)")
        self.rate, self.beta1, self.beta2, self.steps = rate, beta1, beta2, 0
        self.mean = {name: np.zeros_like(array) for name, array in parameters.items()}
        self.square = {name: np.zeros_like(array) for name, array in parameters.items()}

    def step(self, parameters: Parameters, gradients: Parameters, epsilon: float = 1e-8) -> None:
        """One step against the gradients, which have the names and shapes of the parameters."""
        self.steps += 1
        first, second = 1 - self.beta1**self.steps, 1 - self.beta2**self.steps
        for name, gradient in gradients.items():
            mean, square = self.mean[name], self.square[name]
            mean += (1 - self.beta1) * (gradient - mean)
            square += (1 - self.beta2) * (gradient**2 - square)
            parameters[name] -= self.rate / first * mean / (np.sqrt(square) / math.sqrt(second) + epsilon)
