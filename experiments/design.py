"""What is trained: sizes, seeds, token budgets, mixtures, and how learning rates are tuned. Reasons: DESIGN.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from experiments.runs import Run


@dataclass(frozen=True)
class Design:
    """A sweep.

    panels: which; seeds: d_model -> number of seeds of mixture "base" (1, 2, ...); budgets and checkpoints: steps;
    rates: learning rates tried first at each size, ascending by one factor; tuning_steps: budget of a trial;
    interventions: panel -> other mixtures, trained at intervention_sizes with the first intervention_seeds seeds.
    """

    panels: tuple[str, ...] = ("instructions", "abilities")
    seeds: Mapping[int, int] = field(default_factory=lambda: {16: 8, 24: 3, 32: 8, 48: 3, 64: 8, 96: 3})
    budgets: tuple[int, ...] = (750, 1500, 3000)
    checkpoints: tuple[int, ...] = (100, 200, 300, 400, 500, 600, 750, 900, 1050, 1200, 1400, 1600, 1850, 2100, 2400)
    rates: tuple[float, ...] = (0.003, 0.006, 0.012)
    tuning_steps: int = 750
    interventions: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"instructions": ("more_text",), "abilities": ("half_quotations", "double_quotations")}
    )
    intervention_sizes: tuple[int, ...] = (32, 64)
    intervention_seeds: int = 3

    @classmethod
    def read(cls, text: str) -> Design:
        """Read a design from JSON; what is left out keeps its default."""
        given = json.loads(text)
        for name in ("panels", "budgets", "checkpoints", "rates", "intervention_sizes"):
            if name in given:
                given[name] = tuple(given[name])
        if "seeds" in given:
            given["seeds"] = {int(size): number for size, number in given["seeds"].items()}
        if "interventions" in given:
            given["interventions"] = {panel: tuple(mixtures) for panel, mixtures in given["interventions"].items()}
        return cls(**given)

    def write(self) -> str:
        """Return the design as JSON."""
        return json.dumps(asdict(self))

    def trial(self, panel: str, d_model: int, rate: float) -> Run:
        """Return a short run that tunes the learning rate, with a seed that no other run has."""
        return Run(panel, d_model, 0, rate, (self.tuning_steps,))

    def runs(self, rates: Mapping[tuple[str, int], float]) -> list[Run]:
        """Return all runs, those that matter most first. rates: (panel, d_model) -> the tuned learning rate."""
        found = []
        for panel in self.panels:
            for size, seeds in self.seeds.items():
                mixtures = {"base": seeds}
                if size in self.intervention_sizes:
                    mixtures |= dict.fromkeys(self.interventions.get(panel, ()), self.intervention_seeds)
                for mixture, number in mixtures.items():
                    for seed in range(1, number + 1):
                        run = Run(panel, size, seed, rates[panel, size], self.budgets, self.checkpoints, mixture)
                        found.append(run)
        # Three seeds of everything before more seeds of some, so that a sweep cut short still compares all sizes.
        return sorted(found, key=lambda run: (run.seed > 3, run.mixture != "base", run.seed, -run.d_model))
