"""What the small models wrote along training: the shipped table, and what the chapter says it shows."""

from __future__ import annotations

import numpy as np
import pytest

from emergence.scaling import outputs
from emergence.scaling.traces import load_traces
from emergence.tables import read_text

ALL = [(w, s, a) for w in outputs.WIDTHS for s in outputs.SEEDS for a in outputs.ABILITIES]


@pytest.mark.parametrize("name", ["trained_outputs.csv", "trained_outputs.json"])
def test_what_is_shipped_is_small(name):
    assert len(read_text(name).encode()) < 60_000


@pytest.mark.parametrize(("width", "seed", "ability"), ALL)
def test_each_run_answers_all_questions_at_all_checkpoints(width, seed, ability):
    found, questions = outputs.asked(width, seed, ability), outputs.questions(seed, ability)
    assert found.steps[0] == 0 and found.steps[-1] == 3000 and (np.diff(found.steps) > 0).all()
    assert len(found.answers) == len(found.steps) == len(found.right) == len(found.p)
    assert all(len(row) == len(questions) for row in found.answers)
    assert all(len(a) == len(q.answer) for row in found.answers for a, q in zip(row, questions, strict=True))
    for values in (found.right, found.p, found.each):
        assert ((values >= 0) & (values <= 1)).all()


@pytest.mark.parametrize(("width", "seed", "ability"), ALL)
def test_an_answer_is_right_where_its_probability_is_above_one_half(width, seed, ability):
    """Greedy decoding writes what has more than half of the probability; where it errs the right one has less."""
    found, questions = outputs.asked(width, seed, ability), outputs.questions(seed, ability)
    for row, p in zip(found.answers, found.each, strict=True):
        for answer, question, each in zip(row, questions, p, strict=True):
            assert (answer == question.answer) or each <= 0.5


@pytest.mark.parametrize(("width", "seed", "ability"), ALL)
def test_before_training_and_as_it_begins_the_answers_are_guesses(width, seed, ability):
    found = outputs.asked(width, seed, ability)
    early = found.steps <= 200
    assert (found.right[early] < 0.05).all() and (found.p[early] < 0.05).all()


def test_questions_are_those_of_the_languages_rules():
    for question, answer in outputs.questions(1, "scratchpad"):
        a, b, c = map(int, question[1:4])
        assert answer == f"{(a + b) % 10}{(a + b + c) % 10}"
    for question, answer in outputs.questions(1, "icl"):
        assert answer == dict(zip(question[:-1:2], question[1:-1:2], strict=True))[question[-1]]
    assert outputs.questions(1, "icl") == outputs.questions(2, "icl") != outputs.questions(1, "heldout")


def test_the_runs_are_like_those_of_the_sweep():
    """Shares of right answers after 3,000 steps lie within the range of all seeds of the published trunks, widened."""
    traces = load_traces("abilities")
    for width in outputs.WIDTHS:
        rows = (traces.mixture == "base") & (traces.d_model == width) & ~traces.annealed & (traces.step == 2400)
        for ability in ("icl", "heldout"):
            published = traces.metrics[ability]["exact"][rows]
            assert len(published) == 8
            for seed in outputs.SEEDS:
                found = outputs.asked(width, seed, ability)
                share = found.right[found.steps == 2400][0]
                assert published.min() - 0.15 <= share <= published.max() + 0.15, (width, seed, ability)


def second_steps(width: int, seed: int, steps: tuple[int, ...]) -> list[tuple[bool, bool, bool]]:
    """Of each shown sum at each step: first digit right, second right, second right for the first one as written."""
    found, judged = outputs.asked(width, seed, "scratchpad"), []
    for step in steps:
        row = found.answers[int(np.flatnonzero(found.steps == step)[0])]
        for written, (question, answer) in zip(row, outputs.questions(seed, "scratchpad"), strict=True):
            follows = written.isdigit() and int(written[1]) == (int(written[0]) + int(question[3])) % 10
            judged.append((written[0] == answer[0], written[1] == answer[1], follows))
    return judged


def test_both_runs_of_width_64_take_the_second_step_of_a_sum_from_what_they_wrote_before_the_first():
    for seed, stage in ((1, (2000, 2400, 3000)), (2, (2400,))):
        judged = np.array(second_steps(64, seed, stage))
        assert len(judged) == 6 * len(stage)
        assert judged[:, 2].all(), "every second digit follows from the first one as written"
        assert judged[:, 0].sum() <= len(stage), "and at most one first digit in six is right"
        before = np.array(second_steps(64, seed, (200, 400, 800, 1200)))
        assert before[:, 2].mean() < 0.35, "which was not so before"
    assert round(200 * outputs.asked(64, 2, "scratchpad").right[-1]) == 199
    for width, seed in ((16, 1), (16, 2), (32, 1)):
        assert np.array(second_steps(width, seed, (3000,)))[:, 2].mean() < 0.5, (
            "no other run that fails is at this stage"
        )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: outputs.asked(17, 1, "icl"), "width"),
        (lambda: outputs.asked(16, 9, "icl"), "seed"),
        (lambda: outputs.questions(1, "poetry"), "ability"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
