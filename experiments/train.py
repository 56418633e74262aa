"""Train one model and print its checkpoints: python -m experiments.train --panel abilities --d-model 32 --seed 1"""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments.design import Design
from experiments.panels import PANELS
from experiments.runs import Row, Run, train


def main() -> None:
    """Read the command line and train."""
    design = Design()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panel", choices=PANELS, required=True)
    parser.add_argument("--d-model", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mixture", default="base")
    parser.add_argument(
        "--rate", type=float, default=0.006, help="learning rate (learning_rates.csv has the tuned ones)"
    )
    parser.add_argument("--budgets", type=int, nargs="+", default=design.budgets, help="steps")
    parser.add_argument(
        "--folder", type=Path, default=Path("experiments/results/state"), help="where its state is kept"
    )
    given = parser.parse_args()
    run = Run(
        given.panel, given.d_model, given.seed, given.rate, tuple(given.budgets), design.checkpoints, given.mixture
    )

    def show(row: Row) -> None:
        skills = "  ".join(f"{skill} {row[f'{skill}.exact']:.3f}" for skill in PANELS[run.panel].skills)
        print(
            f"step {row['step']:5}{' annealed' if row['annealed'] else ''}  loss {row['loss']:.4f}  exact: {skills}",
            flush=True,
        )

    train(run, given.folder, show)


if __name__ == "__main__":
    main()
