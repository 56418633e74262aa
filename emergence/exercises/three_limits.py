"""Exercises of the chapter *e, π, √2*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.limits.acceleration import extrapolate
from emergence.limits.sequences import terms

# -- Read the class ------------------------------------------------------------------------------------------------

CLASSES = ("a power law", "exponential", "super-exponential", "slower than a power law, so far")
BY_FACTORS = "Write down by which factor the error falls from 8 to 16, and by which from 16 to 32."
NEXT_FACTOR = "A power law repeats its factor when n doubles, an exponential squares it. What do these two do?"

read_class = Exercise(
    "read_class",
    first=Choice(
        "the class of X",
        CLASSES,
        "a power law",
        mistakes=[Mistake("exponential", "An exponential would square its factor when n doubles: look at the second.")],
        hints=[BY_FACTORS, NEXT_FACTOR],
        alternatives=["(a)", "A power law.\n"],
    ),
    second=Choice(
        "the class of Y",
        CLASSES,
        "exponential",
        mistakes=[
            Mistake("super-exponential", "It falls fast, but compare the second factor with the square of the first."),
            Mistake("a power law", "A power law would lose the same factor twice: compare the two factors."),
        ],
        hints=[BY_FACTORS, NEXT_FACTOR],
    ),
    third=Choice(
        "the class of Z",
        CLASSES,
        "slower than a power law, so far",
        mistakes=[Mistake("a power law", "The second factor is smaller than the first: a power law would repeat it.")],
        hints=[BY_FACTORS, NEXT_FACTOR],
    ),
    solution=lambda: (
        f"The factors are {0.125 / 0.0442:.3g} and {0.0442 / 0.0156:.3g}, equal; 50 and 2500, its square; "
        f"{0.48 / 0.36:.3g} and {0.36 / 0.29:.3g}, shrinking. Three numbers suggest a class, but prove nothing."
    ),
)

# -- The best term -------------------------------------------------------------------------------------------------

ROUND_OFF = 2.0**-53  # of 1 + 1/n in double precision, at most
POWER = 2**30


def _best_n() -> float:
    """Where the truncation error e/(2n) and the round-off n u e are equal, so that their sum is least."""
    return 1 / math.sqrt(2 * ROUND_OFF)


def _bound(n: float) -> float:
    return math.e / (2 * n) + n * ROUND_OFF * math.e


best_term = Exercise(
    "best_term",
    n=Number(
        "the n for which the bound is least",
        _best_n,
        rel=0.03,
        mistakes=[
            Mistake(lambda: 1 / math.sqrt(ROUND_OFF), "The truncation error is e/(2n); you have left out its 2."),
            Mistake(lambda: _best_n() / math.sqrt(2), "You have taken 2.2e-16, the gap between doubles, for u."),
            Mistake(lambda: 1 / _best_n(), "This is 1/n."),
        ],
        hints=[
            "The bound is the sum of two errors. Take the first, of the truncation, from the table of this section.",
            "Rounding changes 1 + 1/n by up to u. By how much does that change its n-th power?",
            "One error falls like 1/n, the other grows like n. Their sum is least where they are equal.",
        ],
        alternatives=["6.7e7", "6.7×10⁷", 67_000_000],
    ),
    bound=Number(
        "the least bound",
        lambda: _bound(_best_n()),
        rel=0.03,
        mistakes=[
            Mistake(lambda: _bound(_best_n()) / 2, "There are two errors: at the best n they are equal, so they add."),
            Mistake(lambda: _bound(_best_n()) / math.e, "Both errors have a factor e, since the power is close to e."),
        ],
        hints=["Put your n into the sum of the two errors.", "At the best n both errors are e/(2n)."],
        alternatives=["4.05e-8"],
    ),
    error=Number(
        "the error of Python's `(1 + 1/n)**n` for `n = 2**30`",
        lambda: math.e - (1 + 1 / POWER) ** POWER,
        rel=0.02,
        mistakes=[Mistake(lambda: _bound(POWER), "This is the bound. Let Python compute the term, and subtract.")],
        hints=[
            "`n = 2**30`, then `math.e - (1 + 1/n)**n`.",
            "The limit is `math.e`; the sign is that of limit − term.",
        ],
        alternatives=["1.27e-9"],
    ),
    why=Choice(
        "the reason why it is so far below the bound",
        (
            "the errors of many multiplications cancel",
            "the sum 1 + 1/n is stored exactly",
            "the truncation error is smaller than the bound says",
        ),
        "the sum 1 + 1/n is stored exactly",
        mistakes=[
            Mistake(
                "the truncation error is smaller than the bound says",
                "The bound has two parts, and both were computed for this n. Which of them is missing in the error?",
            ),
            Mistake(
                "the errors of many multiplications cancel",
                "The power was to be computed without error; the other place for an error is 1 + 1/n.",
            ),
        ],
        hints=["Write 1 + 1/n in binary, and count its digits."],
    ),
    solution=(
        "The truncation error is e/(2n), the round-off up to n u e, and their sum is least where they are equal, at "
        "n = 1/√(2u). There it is twice e/(2n). For a power of two up to 2⁵² the sum 1 + 1/n is stored exactly, and "
        "only the truncation remains. A worst-case bound covers every case and describes few of them."
    ),
)

# -- Newton skips --------------------------------------------------------------------------------------------------

newton_skips = Exercise(
    "newton_skips",
    Formula(
        "the number of the iterate that Newton's n-th is",
        "2**n - 1",
        {"n": range(1, 12)},
        mistakes=[
            Mistake(
                "2**n", "Off by one: at the start w is λ already, so after m steps it is a power with exponent m + 1."
            ),
            Mistake("2*n", "Each step of Newton squares w; the exponent of λ doubles every time."),
            Mistake("2*n - 1", "3/2 and 17/12 fit, but the next one does not: w is squared every time."),
            Mistake("2**(n - 1)", "Newton's first iterate is 3/2, its second 17/12. Where are they in the other list?"),
        ],
        hints=[
            "Work in the coordinate w. What is it at x = 1?",
            "One step of the first map multiplies w by λ, one step of Newton squares it.",
            "Compare the exponents of λ after m steps of the first map and after n steps of Newton.",
        ],
        alternatives=["2^n - 1", "(2**(n+1) - 2)/2", "-1 + 2*2**(n-1)\n"],
    ),
    solution=(
        "At x = 1, w = λ. After m steps of the first map w = λ^(m+1), after n steps of Newton w = λ^(2^n). They agree "
        "for m = 2^n − 1. The iterates are 3/2, 7/5, 17/12; the first and the third are Newton's."
    ),
)

# -- Another root --------------------------------------------------------------------------------------------------


def _factor(a: float) -> float:
    return (1 - math.sqrt(a)) / (1 + math.sqrt(a))


def steps_per_digit(a: float) -> float:
    """How many steps of x -> (x + a)/(x + 1) gain a decimal digit of √a."""
    return -1 / math.log10(abs(_factor(a)))


another_root = Exercise(
    "another_root",
    factor=Formula(
        "λ",
        "(1 - sqrt(a))/(1 + sqrt(a))",
        {"a": (0.1, 200)},
        mistakes=[
            Mistake("(sqrt(a) - 1)/(sqrt(a) + 1)", "The sign: for a = 2 it must be that of the λ of this section."),
            Mistake("(1 + sqrt(a))/(1 - sqrt(a))", "This is 1/λ: the factor with which the point −√a repels."),
            Mistake("(1 - a)/(1 + a)", "Evaluate at the fixed point, which is √a and not a."),
        ],
        hints=[
            "Let x′ be the image of x. Write x′ − √a as a fraction, and take out the factor x − √a.",
            "Do the same with x′ + √a, and divide: what is left beside (x − √a)/(x + √a)?",
        ],
        alternatives=["(1 - a)/(1 + sqrt(a))^2", "2/(1 + sqrt(a)) - 1", "-(a**0.5 - 1)/(a**0.5 + 1)"],
    ),
    steps=Function(
        "the mean number of steps per decimal digit, not rounded",
        steps_per_digit,
        lambda rng: (float(rng.uniform(1.5, 200)),),
        cases=[(2,), (100,), (0.25,)],
        rel=1e-6,
        mistakes=[
            Mistake(
                lambda a: steps_per_digit(a) / math.log(10),
                "A digit is a factor of ten: take the logarithm to base 10.",
            ),
            Mistake(
                lambda a: 1 / steps_per_digit(a), "This is digits per step; the question is about steps per digit."
            ),
            Mistake(lambda a: -steps_per_digit(a), "The sign: |λ| is below 1, so its logarithm is negative."),
        ],
        hints=[
            "Each step multiplies the error by |λ|. After how many steps is it a tenth?",
            "Solve |λ|^m = 1/10 for m. Mind that λ is negative for a > 1: take its absolute value first.",
        ],
        alternatives=[
            lambda a: np.log(10) / np.log(abs((1 + np.sqrt(a)) / (1 - np.sqrt(a)))),
            lambda a: np.array(steps_per_digit(a)),
        ],
    ),
    solution=lambda: (
        "x′ − √a = (1 − √a)(x − √a)/(x + 1) and x′ + √a = (1 + √a)(x + √a)/(x + 1); divide. A digit takes "
        "1/log₁₀(1/|λ|) steps, "
        f"{steps_per_digit(2):.3g} for a = 2 and {steps_per_digit(100):.3g} for a = 100. "
        "The recipe and the class are the same, and the speeds are very different."
    ),
)

# -- The mean of two sums ------------------------------------------------------------------------------------------


def _terms_for(error: float) -> int:
    """How many terms of Leibniz bring the mean of the last two sums that near to π."""
    sums = np.array(terms("leibniz", 1000))
    return int(np.argmax(np.abs(math.pi - (sums[:-1] + sums[1:]) / 2) < error)) + 2


mean_of_sums = Exercise(
    "mean_of_sums",
    error=Formula(
        "the leading error, limit − mean, a constant times a power of n, with its sign",
        "(-1)**n/(2*n**2)",
        {"n": range(10, 60)},
        mistakes=[
            Mistake("1/(2*n**2)", "This is its size. Its sign alternates with n."),
            Mistake("-(-1)**n/(2*n**2)", "The sign: an error is limit minus term in this chapter."),
            Mistake("(-1)**n/n**2", "The mean has a factor ½."),
            Mistake("(-1)**n/(2*n)", "In the mean the terms 1/n nearly cancel: what is 1/n − 1/(n + 1)?"),
            Mistake("(-1)**n/(2*n*(n + 1))", "It has the right leading term; write only that."),
        ],
        hints=[
            "By the table π − S_n = (−1)^n r(n) with r(n) ≈ 1/n. What is π − S_{n+1}?",
            "The two errors have opposite signs. Their mean holds r(n) − r(n + 1); expand that for large n.",
        ],
        alternatives=["(-1)^n / (2 n^2)", "(−1)ⁿ/(2n²)", "cos(pi*n)/(2*n**2)", "0.5*(-1)**n*n**-2"],
    ),
    terms=Number(
        "the number of terms for an error of 1e-6",
        lambda: _terms_for(1e-6),
        rel=0.02,
        mistakes=[
            Mistake(10**6, "This is how many terms S_n itself needs, since its error is 1/n."),
            Mistake(1000, "Have you left out the factor ½?"),
        ],
        hints=["Set the size of the leading error equal to 1e-6, and solve for n.", "Its size is a constant over n²."],
        alternatives=["710", "7.1e2", np.int64(707)],
    ),
    solution=(
        "The error is ½(−1)^n [r(n) − r(n+1)] ≈ (−1)^n/(2n²), since r(n) ≈ 1/n. S_n itself would need a million terms."
    ),
)

# -- Stop when it settles ------------------------------------------------------------------------------------------


def _error_over_move(s: float) -> float:
    """The error over the last move of an extrapolation that leaves a term n^-s, with the chapter's own method."""
    estimate = extrapolate(1 + (2.0 ** np.arange(3, 12)) ** -s, exponent=2.0).estimate
    return (estimate[-1] - 1) / (estimate[-2] - estimate[-1])


stop = Exercise(
    "stop",
    least=Number(
        "the least s for which the report is right",
        1.0,
        abs=0,
        mistakes=[Mistake(0.5, f"At s = ½ the error is still {_error_over_move(0.5):.2g} times the last move.")],
        hints=[
            "The proof above gives the true error over the last move.",
            "For which s is 1/(2^s − 1) at most one?",
        ],
        alternatives=["1"],
    ),
    error=Number(
        "the error for s = 0.25, at most",
        lambda: 1e-3 * _error_over_move(0.25),
        rel=0.02,
        mistakes=[
            Mistake(lambda: _error_over_move(0.25), "This is the ratio. How large was the last move?"),
            Mistake(lambda: 1e-3 / _error_over_move(0.25), "You have divided by the ratio of error to move."),
            Mistake(lambda: 1e-3 * (_error_over_move(0.25) + 1), "This was the error before the last move."),
        ],
        hints=[
            "The last move was up to 1e-3.",
            "True error = last move/(2^s − 1).",
        ],
        alternatives=["5.3e-3", 0.0053],
    ),
    solution=(
        "The error is up to 10⁻³/(2^s − 1), which is at most 10⁻³ exactly for s ≥ 1. For s = 0.25 neither the "
        "third digit nor the second can be trusted."
    ),
)

# -- A number of your own ------------------------------------------------------------------------------------------

own_number = Exercise(
    "own_number",
    q=Formula(
        "the denominator q of the n-th partial sum",
        "2**(n**2)",
        {"n": range(1, 9)},
        mistakes=[
            Mistake("(2**n)**2", "This is 4^n. What is the exponent of the last term of the sum?"),
            Mistake("2**n", "The last term of the partial sum is 2^(−n²)."),
            Mistake(
                "2**(n*(n + 1)*(2*n + 1)/6)", "The product of all denominators is a common one, but not the least."
            ),
        ],
        hints=["Each denominator divides the next one.", "The last term decides; nothing cancels, since p is odd."],
        alternatives=["2^(n^2)", "2**n**2", "exp(n**2*log(2))"],
    ),
    scaled=Formula(
        "q times the first term that is left out",
        "2**(-2*n - 1)",
        {"n": range(1, 9)},
        mistakes=[
            Mistake("2**(-2*n)", "(n + 1)² = n² + 2n + 1: one more factor of 2."),
            Mistake("2**(-(n + 1)**2)", "This is the term; multiply it by q."),
            Mistake("2**(2*n + 1)", "The sign of the exponent: it must tend to 0."),
        ],
        hints=["The first term left out has k = n + 1.", "Subtract the exponents n² and (n + 1)²."],
        alternatives=["1/(2*4**n)", "2**(n**2)/2**((n+1)**2)"],
    ),
    settles=Choice(
        "what the lemma says of Σ 2^(−k)",
        (
            "it is irrational too, since its sums are different fractions",
            "nothing, since q times the error is 1 for every n",
            "nothing, since its terms do not tend to 0 fast enough to converge",
        ),
        "nothing, since q times the error is 1 for every n",
        mistakes=[
            Mistake(
                "it is irrational too, since its sums are different fractions",
                "The sum is 1. Which hypothesis of the lemma fails?",
            ),
            Mistake(
                "nothing, since its terms do not tend to 0 fast enough to converge",
                "It converges, to 1. Compute q times the error of its n-th sum.",
            ),
        ],
        hints=["Compute the error of its n-th sum, and its denominator."],
    ),
    solution=(
        "The partial sum to n has denominator 2^(n²). The tail is positive and below twice its first term, so q times "
        "the error is below 4^(−n), which tends to 0: x is irrational. For Σ 2^(−k) = 1 the error of the n-th sum is "
        "2^(−n), and times 2^n it is 1 for every n: the lemma does not apply, and it could not, because 1 is rational."
    ),
)
