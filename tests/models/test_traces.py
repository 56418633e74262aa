"""The trace files: what is read, and what is refused."""

import numpy as np
import pytest

from emergence.scaling import traces as tr

HEADER = "run,mixture,d_model,layers,parameters,seed,budget_steps,step,tokens,flops,annealed,cpu_s,loss,loss.text,"
HEADER += "loss.sums,loss_without.sums,sums.exact,sums.p,sums.nll,sums.brier"
LINES = [
    HEADER,
    "a,base,16,2,8500,1,400,100,204800,12345678901234,0,2.5,3.1,3.3,2.8,3.3,0.02,0.1,2.3,0.9",
    "a,base,16,2,8500,1,400,400,819200,49382715604936,1,9.5,2.1,2.3,1.8,2.3,0.52,0.6,0.5,0.4",
    "b,half,32,2,30000,2,400,400,819200,99382715604936,1,19.5,1.9,2.2,1.2,2.2,0.72,0.8,0.2,0.3",
]


def read(lines=LINES, **constants):
    return tr.read_traces("abilities", lines, **{"chance": {"sums": 0.1}, "answer_tokens": {"sums": 1}} | constants)


def test_columns_get_their_types_and_places():
    traces = read()
    assert len(traces) == 3 and traces.sizes == (16, 32) and traces.skills == ("sums",)
    assert traces.flops.tolist() == [12345678901234, 49382715604936, 99382715604936]
    assert traces.annealed.tolist() == [False, True, True]
    assert traces.document_loss.keys() == {"text", "sums"}
    assert traces.loss_without["sums"].tolist() == [3.3, 2.3, 2.2]
    assert traces.metric("sums", "brier").tolist() == [0.9, 0.4, 0.3]


def test_a_selection_keeps_all_columns_together():
    traces = read()
    half = traces.of("half")
    assert len(half) == 1 and half.run.tolist() == ["b"] and half.document_loss["sums"].tolist() == [1.2]
    assert half.metric("sums", "exact").tolist() == [0.72] and half.chance == traces.chance
    assert len(traces.select(traces.annealed)) == 2


def test_the_rows_of_a_run_come_in_the_order_of_its_steps():
    assert [rows.tolist() for rows in read().rows_of_runs()] == [[0, 1], [2]]
    assert [rows.tolist() for rows in read([HEADER, LINES[3], *LINES[2:0:-1]]).rows_of_runs()] == [[0], [2, 1]]


def test_traces_cannot_be_changed_by_a_figure():
    for column in (read().loss, read().metric("sums", "p"), read().document_loss["text"]):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0.0


def test_a_guess_of_three_digits_is_right_once_in_a_thousand_and_each_digit_once_in_ten():
    traces = read(chance={"sums": 0.001}, answer_tokens={"sums": 3})
    assert traces.guess("sums", "exact") == 0.001
    assert traces.guess("sums", "p") == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: read(["seed," + HEADER, *LINES[1:]]), r"must begin with \['run', 'mixture'"),
        (lambda: read([HEADER]), r"0 rows; the allowed range is \[1, inf\)"),
        (lambda: read([HEADER, LINES[1].replace("3.1", "nan")]), r"loss = nan is outside .* \(-inf, inf\)"),
        (lambda: read([HEADER.replace("sums.p,sums.nll", "sums.nll,sums.p"), *LINES[1:]]), r"must end with"),
        (lambda: read(chance={"adds": 0.1}), r"chance has the skills \['adds'\], but must have \['sums'\]"),
        (lambda: read(answer_tokens={}), r"answer_tokens has the skills \[\]"),
        (lambda: read([HEADER, LINES[1] + ",1"]), "argument 2 is longer|is shorter"),
        (lambda: read().of("double"), r"mixture = 'double' is not one of 'base', 'half'"),
        (lambda: read().metric("adds", "exact"), r"skill = 'adds' is not one of 'sums'"),
        (lambda: read().metric("sums", "accuracy"), r"metric = 'accuracy' is not one of 'exact'"),
        (lambda: read().guess("sums", "nll"), r"metric = 'nll' is not one of 'exact', 'p'"),
        (lambda: tr.load_traces("toys"), r"panel = 'toys' is not one of 'instructions'"),
    ],
)
def test_what_is_wrong_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("panel", tr.PANELS)
def test_shipped_traces_are_consistent(panel):
    traces = tr.load_traces(panel)
    assert traces.sizes == (16, 24, 32, 48, 64, 96)
    shares = tr.provenance()["panels"][panel]["mixtures"]["base"]
    mean = sum(share * traces.document_loss[name] for name, share in shares.items())
    # Five significant digits each: half a unit of the last one for every term and for the sum.
    np.testing.assert_allclose(traces.loss, mean, rtol=0, atol=5e-5 * (1 + sum(shares.values())))
    for skill in traces.skills:
        for metric, most in (("exact", 1), ("p", 1), ("brier", 2)):
            values = traces.metric(skill, metric)
            assert (values >= 0).all() and (values <= most).all(), (skill, metric)
        # Jensen: the mean of -log p is at least -log of the mean of p; p is rounded to four decimals.
        assert (np.exp(-traces.metric(skill, "nll")) <= traces.metric(skill, "p") + 1e-4).all(), skill
    for run in np.unique(traces.run):
        trunk = traces.select((traces.run == run) & ~traces.annealed)
        assert (np.diff(trunk.flops[np.argsort(trunk.step)]) > 0).all()
    ends = traces.select(traces.annealed)
    assert ends.loss.max() < np.log(64), "better than a guess among the 64 tokens of the vocabulary"
