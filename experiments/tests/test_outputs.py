"""What the small models write, and the questions they are asked."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments import language, model, outputs, training
from experiments.runs import Run, train

SHAPE = model.Shape(16, vocabulary=64, context=32)


@pytest.fixture(scope="module")
def asked() -> dict[str, outputs.Questions]:
    return outputs.questions(1)


def test_every_token_has_a_sign_of_its_own():
    assert len(set(outputs.SIGNS)) == language.VOCABULARY == len(outputs.SIGNS)


def test_questions_have_the_answers_that_their_rules_give(asked):
    for question, answer in asked["icl"].texts():
        shown = dict(zip(question[:-1:2], question[1:-1:2], strict=True))
        assert len(shown) == 8 and answer == shown[question[-1]]
    for question, answer in asked["scratchpad"].texts():
        a, b, c = map(int, question[1:4])
        assert question[0] == "#" and question[4] == "=" and answer == f"{(a + b) % 10}{(a + b + c) % 10}"
    held_out = set(language.held_out_pairs(1))
    for question, _ in asked["heldout"].texts():
        operation, order = "GHIJ".index(question[0]), "KLMNOP".index(question[1])
        assert operation * language.ORDERS + order in held_out


def test_only_which_pairs_are_held_out_depends_on_the_seed():
    one, two = outputs.questions(1), outputs.questions(2)
    assert np.array_equal(one["icl"].rows, two["icl"].rows)
    assert np.array_equal(one["scratchpad"].rows, two["scratchpad"].rows)
    assert not np.array_equal(one["heldout"].rows, two["heldout"].rows)


def test_an_answer_is_what_greedy_decoding_writes_one_token_at_a_time(asked):
    parameters = model.initialise(SHAPE, jax.random.key(4))
    for those in asked.values():
        written, p = outputs.answer(parameters, those, SHAPE.heads)
        for row, answer, probability in list(zip(those.rows, written, p, strict=True))[:5]:
            tokens = list(row[: those.first])
            for sign in answer:  # the row as it is so far, and no token after it
                assert int(model.logits(parameters, jnp.array([tokens], int), SHAPE.heads)[0, -1].argmax()) == sign
                tokens.append(sign)
            nll = model.cross_entropy(parameters, jnp.array([row], int), SHAPE.heads)[0]
            last = those.first - 1 + those.tokens
            assert probability == pytest.approx(float(np.exp(-nll[those.first - 1 : last].sum())), rel=1e-3)


def test_training_between_the_checkpoints_is_the_training_of_the_sweep(tmp_path):
    """The loss after a hundred steps, stopped on the way as here, up to rounding."""
    row = train(Run("abilities", 16, 1, 0.01, (250,), (100,)), tmp_path)[0]
    state, before = training.start(SHAPE, 1), 0
    for step in outputs.STEPS[: outputs.STEPS.index(100) + 1]:
        state = outputs.advance(state, 16, 1, 0.01, before, step, None)
        before = step
    evaluation = outputs.PANEL.evaluate(1)
    nll = training.judge(state.parameters, evaluation.rows, SHAPE.heads)[0]
    assert float((nll * evaluation.weight).sum()) == pytest.approx(row["loss"], abs=2e-3)
