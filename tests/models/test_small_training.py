"""Models that train in the page: gradients against finite differences, and what they learn, with fixed seeds."""

import math

import numpy as np
import pytest
from gradients import numerical_gradient
from hypothesis import given
from hypothesis import strategies as st

from emergence.scaling import induction, sparse_parity
from emergence.scaling.adam import Adam


def assert_gradients_agree(found, expected):
    """To 1e-8, with entries of order 0.1: central differences err by 1e-10, rounding by 1e-11."""
    assert found.keys() == expected.keys()
    for name in expected:
        assert np.abs(expected[name]).max() > 1e-3, f"{name} does not matter: the comparison would mean nothing"
        assert found[name] == pytest.approx(expected[name], abs=1e-8), name


# --- Adam --------------------------------------------------------------------------------------------------


def test_the_first_step_has_the_size_of_the_learning_rate():
    parameters = {"x": np.array([1.0, -2.0, 0.5])}
    Adam(parameters, 0.1).step(parameters, {"x": np.array([1e-3, -5.0, 100.0])})
    assert parameters["x"] == pytest.approx([0.9, -1.9, 0.4], abs=1e-5)


def test_a_second_step_follows_the_formula():
    parameters = {"x": np.array([0.0])}
    adam = Adam(parameters, 0.1, beta1=0.5, beta2=0.75)
    for gradient in (1.0, 3.0):
        adam.step(parameters, {"x": np.array([gradient])})
    mean, square = (0.25 * 1 + 0.5 * 3) / 0.75, (0.1875 * 1 + 0.25 * 9) / 0.4375
    assert parameters["x"] == pytest.approx(-0.1 - 0.1 * mean / math.sqrt(square))


def test_adam_finds_the_minimum_of_a_stretched_bowl():
    parameters = {"x": np.array([3.0, -2.0])}
    adam = Adam(parameters, 0.05)
    for _ in range(600):
        adam.step(parameters, {"x": np.array([100.0, 1.0]) * parameters["x"]})
    assert parameters["x"] == pytest.approx(0, abs=1e-3)


# --- sparse parity -----------------------------------------------------------------------------------------


@given(skills=st.integers(1, 30), exponent=st.floats(0, 2))
def test_skills_have_distinct_subsets_and_zipf_frequencies(skills, exponent):
    task = sparse_parity.make_task(skills, 9, 3, exponent, np.random.default_rng(skills))
    assert len({tuple(sorted(s)) for s in task.subsets.tolist()}) == skills
    assert all(len(set(s)) == 3 for s in task.subsets.tolist())
    assert task.probability.sum() == pytest.approx(1)
    assert task.probability[-1] / task.probability[0] == pytest.approx(skills**-exponent)


def test_answers_are_parities_of_the_skill_that_is_asked():
    task = sparse_parity.make_task(4, 6, 3, 1.0, np.random.default_rng(1))
    skill = np.array([0, 1, 2, 3] * 50)
    inputs, answers = task.examples(skill, np.random.default_rng(2))
    assert inputs.shape == (200, 10)
    for row, k, answer in zip(inputs, skill, answers, strict=True):
        assert np.flatnonzero(row[:4]).tolist() == [k]
        assert np.prod(row[4:][task.subsets[k]]) == (-1 if answer == 0 else 1)  # three bits of -1 and 1
    assert 70 < answers.sum() < 130


def test_gradient_of_the_parity_network_is_that_of_finite_differences():
    task = sparse_parity.make_task(3, 5, 2, 1.0, np.random.default_rng(1))
    network = sparse_parity.ParityNetwork(task, 6, np.random.default_rng(2))
    network.parameters["hidden_bias"] += np.random.default_rng(3).normal(size=6) / 10
    batch = task.examples(np.arange(30) % 3, np.random.default_rng(4))
    numerical = numerical_gradient(lambda: network.gradient(*batch)[0], network.parameters, step=1e-6)
    assert_gradients_agree(network.gradient(*batch)[1], numerical)


@pytest.fixture(scope="module")
def parity_run():
    task = sparse_parity.make_task(40, 16, 2, 1.6, np.random.default_rng(5))
    network = sparse_parity.ParityNetwork(task, 64, np.random.default_rng(1))
    return list(sparse_parity.training(network, 1200, 100))


def test_frequent_skills_are_learnt_first_and_each_of_them_whole(parity_run):
    """The most frequent skill is right on nine tenths of its questions before the eighth leaves chance."""
    accuracy = np.array([c.accuracy for c in parity_run])
    learnt = [int(np.argmax(accuracy[:, k] > 0.9)) for k in (0, 1, 3)]
    assert 0 < learnt[0] <= learnt[1] <= learnt[2]
    assert accuracy[learnt[0], 7] < 0.75
    assert accuracy[-1, 20:].mean() < 0.65, "rare skills stay near chance"
    assert parity_run[-1].loss < parity_run[0].loss / 4


def test_thresholds_of_skills_learnt_one_after_the_other():
    task = sparse_parity.ParityTask(np.array([[0], [1]]), 2, np.array([0.75, 0.25]))
    assert sparse_parity.sequential_thresholds(task) == pytest.approx(math.log(2) * np.array([0.625, 0.125]))


def loss_when_learnt(exponent, skill, steps):
    """Loss of a network of width 128 when its accuracy on a skill (from 0) first exceeds three quarters."""
    task = sparse_parity.make_task(40, 16, 2, exponent, np.random.default_rng(5))
    network = sparse_parity.ParityNetwork(task, 128, np.random.default_rng(1))
    for checkpoint in sparse_parity.training(network, steps, 50):
        if checkpoint.accuracy[skill] > 0.75:
            return checkpoint.loss, sparse_parity.sequential_thresholds(task)[skill]
    raise AssertionError(f"skill {skill} was not learnt in {steps} steps")


def test_the_threshold_of_a_skill_moves_with_the_mixture():
    """The tenth skill: at a loss near 0.10 when frequencies fall like k^-1.6, above 0.35 when like k^-0.4."""
    steep, predicted_steep = loss_when_learnt(1.6, 9, 2000)
    flat, predicted_flat = loss_when_learnt(0.4, 9, 2000)
    assert steep == pytest.approx(0.10, abs=0.03) and predicted_steep == pytest.approx(0.078, abs=0.0005)
    assert flat > 0.35 and predicted_flat == pytest.approx(0.425, abs=0.0005)


def test_training_can_be_watched_stopped_and_taken_up_again():
    task = sparse_parity.make_task(5, 8, 2, 1.0, np.random.default_rng(5))
    whole = sparse_parity.ParityNetwork(task, 16, np.random.default_rng(1))
    steps = [c.step for c in sparse_parity.training(whole, 50, 20)]
    assert steps == [0, 20, 40, 50]
    parts = sparse_parity.ParityNetwork(task, 16, np.random.default_rng(1))
    run = sparse_parity.training(parts, 50, 20)
    next(run), next(run)
    run.close()
    assert parts.steps == 20
    parts.train(30)
    for name, array in whole.parameters.items():
        assert np.array_equal(array, parts.parameters[name])


def test_the_size_of_a_parity_network_is_its_number_of_parameters():
    task = sparse_parity.make_task(40, 16, 2, 1.6, np.random.default_rng(5))
    assert sparse_parity.ParityNetwork(task, 10, np.random.default_rng(1)).size == 56 * 10 + 10 + 10 + 1


# --- induction ---------------------------------------------------------------------------------------------


def test_blocks_repeat_and_what_can_be_predicted_was_seen_before():
    tokens, predictable = induction.repeated_blocks(200, 24, 30, np.random.default_rng(1))
    for row, can in zip(tokens, predictable, strict=True):
        seen = [any(row[j] == row[t - 1] for j in range(t - 1)) for t in range(1, 24)]
        assert can[1:].tolist() == seen
        for t in np.flatnonzero(can):
            earlier = np.flatnonzero(row[: t - 1] == row[t - 1])
            assert {row[j + 1] for j in earlier} == {row[t]}


def test_a_dictionary_asks_for_one_of_its_values():
    tokens, answers = induction.dictionaries(300, 4, 12, np.random.default_rng(2))
    for row, answer in zip(tokens, answers, strict=True):
        assert len(set(row[:8])) == 8
        place = row[:8].tolist().index(row[8])
        assert place % 2 == 0 and row[place + 1] == answer
    assert len(set(answers.tolist())) == 12


@pytest.mark.parametrize("layers", [1, 2])
def test_gradient_of_the_attention_network_is_that_of_finite_differences(layers):
    network = induction.AttentionNetwork(5, layers, np.random.default_rng(0), vocabulary=8, length=8)
    rng = np.random.default_rng(2)
    for k in range(layers):
        network.parameters[f"distance{k}"] += rng.normal(size=8)
    tokens = rng.integers(0, 8, (3, 8))
    numerical = numerical_gradient(lambda: network.gradient(tokens)[0], network.parameters)
    assert_gradients_agree(network.gradient(tokens)[1], numerical)


def test_attention_looks_back_only_and_sums_to_one():
    network = induction.AttentionNetwork(8, 2, np.random.default_rng(0))
    tokens, _ = induction.repeated_blocks(3, 24, 24, np.random.default_rng(1))
    for layer in (0, 1):
        attention = network.attention(tokens, layer)
        assert attention.sum(axis=2) == pytest.approx(1)
        assert np.all(np.triu(attention, 1) == 0)


@pytest.fixture(scope="module")
def induction_runs():
    runs = {}
    for layers in (1, 2):
        network = induction.AttentionNetwork(32, layers, np.random.default_rng(1))
        runs[layers] = network, list(induction.training(network, 250, 25))
    return runs


def test_two_layers_learn_induction_and_use_it_in_a_format_never_trained_on(induction_runs):
    _, checkpoints = induction_runs[2]
    first, last = checkpoints[0], checkpoints[-1]
    assert first.repeated < 0.15 and first.dictionary < 0.15
    assert last.repeated > 0.97 and last.dictionary > 0.9


def test_one_layer_copies_any_of_the_four_values(induction_runs):
    """It stays at one in four: three standard errors of 128 questions are 0.115."""
    _, checkpoints = induction_runs[1]
    assert checkpoints[-1].dictionary == pytest.approx(0.25, abs=0.115)
    assert checkpoints[-1].repeated < 0.5


def test_one_layer_always_copies_the_same_place(induction_runs):
    """Whatever is asked it takes the token seven back, the first value of the list: right once in four."""
    network, _ = induction_runs[1]
    questions, answers = induction.dictionaries(400, 4, 24, np.random.default_rng(8))
    found = network.next_token(questions)
    place = [
        row[:8].tolist().index(token) if token in row[:8] else -1 for row, token in zip(questions, found, strict=True)
    ]
    assert np.mean(np.array(place) == 1) > 0.8
    assert np.mean(found == answers) == pytest.approx(0.25, abs=0.07)


def test_induction_sets_in_within_a_few_dozen_steps(induction_runs):
    """Between two checkpoints 50 steps apart the accuracy on repeats rises by more than a third."""
    repeated = np.array([c.repeated for c in induction_runs[2][1]])
    assert (repeated[2:] - repeated[:-2]).max() > 1 / 3
    assert (repeated[2:5] < 0.5).any()


def test_the_second_layer_looks_at_the_token_after_the_last_time(induction_runs):
    """Averaged over the predictable tokens; uniform attention would put a tenth there."""
    network, _ = induction_runs[2]
    tokens, predictable = induction.repeated_blocks(50, 24, 24, np.random.default_rng(7))
    first, second = network.attention(tokens, 0), network.attention(tokens, 1)
    back = [np.mean([first[:, t, t - d].mean() for t in range(8, 24)]) for d in range(8)]
    assert back[1] > 2 * max(back[0], *back[2:]), "the first layer looks one token back"
    weights = []
    for row, can, attention in zip(tokens, predictable, second, strict=True):
        for t in np.flatnonzero(can):  # token t is predicted at t - 1
            after = [j + 1 for j in range(t - 1) if row[j] == row[t - 1]]
            weights.append(attention[t - 1, after].sum())
    assert np.mean(weights) > 0.8


TASK = sparse_parity.make_task(3, 5, 2, 1.0, np.random.default_rng(1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Adam({}, 0), r"rate = 0 .* \(0, inf\)"),
        (lambda: Adam({}, 0.1, beta2=1), r"beta2 = 1 .* \[0, 1\)"),
        (lambda: sparse_parity.make_task(3, 5, 6, 1, np.random.default_rng(1)), r"subset = 6 .* \[1, 5\]"),
        (lambda: sparse_parity.make_task(11, 5, 2, 1, np.random.default_rng(1)), r"skills = 11 .* \[1, 10\]"),
        (lambda: sparse_parity.make_task(3, 5, 2, -1, np.random.default_rng(1)), r"exponent = -1 .* \[0, inf\)"),
        (lambda: sparse_parity.ParityNetwork(TASK, 0, np.random.default_rng(1)), r"width = 0 .* \[1, inf\)"),
        (lambda: induction.repeated_blocks(1, 7, 9, np.random.default_rng(1)), r"length = 7 .* \[8, 19\]"),
        (lambda: induction.dictionaries(1, 4, 7, np.random.default_rng(1)), r"pairs = 4 .* \[1, 3\]"),
        (lambda: induction.AttentionNetwork(0, 2, np.random.default_rng(1)), r"width = 0 .* \[1, inf\)"),
        (lambda: induction.AttentionNetwork(8, 3, np.random.default_rng(1)), r"layers = 3 .* \[1, 2\]"),
    ],
)
def test_bad_input_is_named_with_its_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
