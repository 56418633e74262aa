"""The whole sweep: tune the learning rate at each size, then train every run. Start it again to go on where it stopped.

    python -m experiments.sweep                                    two processes of this machine
    python -m experiments.sweep --scheduler tcp://127.0.0.1:8786   the workers of a Dask cluster

Workers of a cluster should have one thread each and share the folder; without a shared folder a run whose worker dies
starts anew on another.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from experiments import flops, traces
from experiments.design import Design
from experiments.runs import Row, Run, is_finished, train

# A token costs about as much as this many operations beside its matrix products (measured at widths 16 and 96).
OVERHEAD = 150_000


@contextmanager
def executor(scheduler: str | None, workers: int) -> Iterator[Executor]:
    """Yield where runs are carried out: processes of this machine, or a Dask cluster."""
    if scheduler is None:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool
    else:
        from distributed import Client

        with Client(scheduler) as client, client.get_executor() as pool:
            yield pool


def tune(design: Design, panel: str, d_model: int, folder: Path) -> list[Row]:
    """Try learning rates until the best of them lies inside those tried; return their final losses, one row each.

    The rule knows nothing of the skills: the lowest loss after a short annealed run wins. At an edge, the next rate
    beyond it by the grid's factor is tried.
    """
    factor = design.rates[1] / design.rates[0]
    losses: dict[float, Row] = {}
    wanted = list(design.rates)
    while wanted:
        for rate in wanted:
            last = train(design.trial(panel, d_model, rate), folder)[-1]
            losses[rate] = {name: last[name] for name in ("step", "loss", "cpu_s")}
        tried = sorted(losses)
        best = min(tried, key=lambda rate: losses[rate]["loss"])
        beyond = {tried[0]: tried[0] / factor, tried[-1]: tried[-1] * factor}
        wanted = [float(f"{beyond[best]:.3g}")] if best in beyond else []
    return [
        {"panel": panel, "d_model": d_model, "rate": rate, **losses[rate], "chosen": int(rate == best)}
        for rate in tried
    ]


class Progress:
    """Prints what is done and the time left, from the work left and the speed since the start.

    total: work in all; before: what an earlier sweep has done of it.
    """

    def __init__(self, total: float, before: float = 0.0) -> None:
        self.total, self.before, self.done, self.began = total, before, 0.0, time.monotonic()

    def add(self, name: str, work: float) -> None:
        """Count finished work and print a line."""
        self.done += work
        left = self.total - self.before - self.done
        minutes = (time.monotonic() - self.began) / 60 * left / self.done
        share = 100 * (1 - left / self.total)
        print(f"{share:5.1f} %  about {minutes:.0f} min left  finished {name}", flush=True)


def work(run: Run) -> float:
    """Estimate what a run costs, in operations per token of a step."""
    return run.steps() * (flops.training_per_token(run.shape) + OVERHEAD)


def sweep(design: Design, folder: Path, pool: Executor, command: str) -> None:
    """Tune, train, and write the tables into the folder; the traces after each finished run."""
    folder.mkdir(parents=True, exist_ok=True)
    state = folder.resolve() / "state"
    sizes = [(panel, size) for size in sorted(design.seeds, reverse=True) for panel in design.panels]
    trial_work = {key: work(design.trial(*key, design.rates[0])) * len(design.rates) for key in sizes}
    progress = Progress(sum(trial_work.values()))
    tuning = {pool.submit(tune, design, *key, state): key for key in sizes}
    for future in as_completed(tuning):
        progress.add(f"tuning {tuning[future]}", trial_work[tuning[future]])
    table = sorted(
        (row for future in tuning for row in future.result()), key=lambda row: (row["panel"], row["d_model"])
    )
    traces.write_table(folder / "learning_rates.csv", table)
    rates = {(row["panel"], row["d_model"]): row["rate"] for row in table if row["chosen"]}

    runs = design.runs(rates)
    before = {run for run in runs if is_finished(run, state)}
    progress = Progress(sum(map(work, runs)), sum(map(work, before)))
    futures: dict[Future[list[Row]], Run] = {pool.submit(train, run, state): run for run in runs}
    finished: dict[str, list[list[Row]]] = {panel: [] for panel in design.panels}
    for future in as_completed(futures):
        run = futures[future]
        finished[run.panel].append(future.result())
        traces.write_traces(folder, run.panel, finished[run.panel])
        traces.write_provenance(folder, design, finished, table, command)
        if run not in before:
            progress.add(run.name, work(run))


def main() -> None:
    """Read the command line and sweep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--folder", type=Path, default=Path("experiments/results"), help="where state and tables are kept"
    )
    parser.add_argument("--scheduler", help="address of a Dask scheduler, tcp://...")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes, without a scheduler")
    parser.add_argument("--design", type=Path, help="JSON file with what differs from the full design")
    given = parser.parse_args()
    design = Design.read(given.design.read_text("utf-8")) if given.design else Design()
    with executor(given.scheduler, given.workers) as pool:
        sweep(design, given.folder, pool, "python -m experiments.sweep")


if __name__ == "__main__":
    main()
