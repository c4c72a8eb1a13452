"""Claims about metrics: read, never evaluated."""

from dataclasses import dataclass

import pytest
from linked_log import read_site

from builder.claims import ClaimError, check_claims, holds

METRICS = {"first": {"accuracy": 0.97, "loss": 2.0}, "gpt2_generate-1": {"perplexity": 41.5}, "two-words": {"n": 3}}
LOG = "content/log/2024-01-02-a.md"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("first.accuracy > 0.95", True),
        ("first.accuracy>=.98", False),
        ("0.9 < first.accuracy < 1", True),
        ("0.9 < first.accuracy < 0.95", False),
        ("first.accuracy > first.loss", False),
        ("not first.loss == 3", True),
        ("first.loss != 2 or first.accuracy > 0.5", True),
        ("first.loss == 2 and first.accuracy > 0.99", False),
        ("gpt2_generate-1.perplexity < 100", True),
        ("two-words.n == 3 and gpt2_generate-1.perplexity > two-words.n", True),
        ("two_words.n == 3", True),
        ("first.loss > -1", True),
        ("-first.loss < 0", True),
        ("first.accuracy\n  > 0.95", True),
    ],
)
def test_a_claim_is_true_or_false(claim, expected):
    assert holds(claim, METRICS) is expected


HOSTILE = [
    "__import__('os').system('true')",
    "first.__class__",
    "first.accuracy.real > 0",
    "().__class__.__bases__[0] > 0",
    "[x for x in (1,)] > 0",
    "(lambda: 1)() > 0",
    "first['accuracy'] > 0",
    "first.accuracy + 1 > 0",
    "2**9999999999 > 0",
    "'a' * 10 > 0",
    "first.accuracy in (1, 2)",
    "first is first",
    "f'{1}' > 0",
    "1 if 1 else 2",
    "first.accuracy > (y := 1)",
    "True",
    "1",
    "first.accuracy",
    "True == 1",
    "1j > 0",
    "...",
    "",
    "first.accuracy >",
    "first.accuracy = 1",
    "first.accuracy > 1; import os",
    "a\0b > 1",
    "(" * 200 + ")" * 200,
    "9" * 499 + "x",
    "x" * 501,
    "-" * 499 + "1",
    "not " * 120 + "1 > 0 1",
]


@pytest.mark.parametrize("claim", HOSTILE)
def test_what_is_no_comparison_is_refused(claim):
    with pytest.raises(ClaimError):
        holds(claim, METRICS)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("frist.accuracy > 1", "no recorded run called 'frist'; did you mean 'first'?"),
        ("zzz.accuracy > 1", "no recorded run called 'zzz'; name the demo with `as:`"),
        ("first.acuracy > 1", "'first' has no metric 'acuracy'; did you mean 'accuracy'?"),
        ("two-words.q > 1", "'two-words' has no metric 'q'; it has n"),
    ],
)
def test_a_name_that_is_not_there_is_named(claim, message):
    with pytest.raises(ClaimError) as caught:
        holds(claim, METRICS)
    assert str(caught.value) == message


@dataclass
class FakeRecord:
    metrics: dict


@dataclass
class FakeDecision:
    """As much of a decision as claims look at."""

    document: object
    call: object
    record: FakeRecord | None
    state: int = 0


def check(make_site, front: str, body: str, metrics: dict | None) -> list[str]:
    text = f"---\ntitle: A\n{front}---\n{body}\n\n```demo d\nas: first\n```\n"
    library, problems = read_site(make_site({LOG: text}))
    assert problems == ()
    [(document, call)] = library.calls
    record = FakeRecord(metrics) if metrics is not None else None
    return [str(p) for p in check_claims(library.documents, [FakeDecision(document, call, record)])]


def test_a_false_claim_says_what_was_measured(make_site):
    assert check(make_site, "claims:\n  - first.accuracy > 0.95\n", "", {"accuracy": 0.5, "acc": 1}) == [
        f"{LOG}:3: error: the claim 'first.accuracy > 0.95' is false: first.accuracy is 0.5\n"
        "  hint: mend the text, or find out what changed"
    ]


def test_a_claim_that_cannot_be_read_shows_an_example(make_site):
    assert check(make_site, 'claims: ["accuracy over 0.9"]\n', "", {"accuracy": 1}) == [
        f"{LOG}:3: error: the claim 'accuracy over 0.9' cannot be read: not a comparison\n"
        "  hint: write for example `first.accuracy > 0.95`"
    ]


def test_a_value_that_no_run_gives_is_located(make_site):
    assert check(make_site, "", "One\n{{first.acuracy:.1%}} {{fist.accuracy}}", {"accuracy": 1}) == [
        f"{LOG}:5: error: 'first' has no metric 'acuracy'\n  hint: did you mean 'accuracy'?",
        f"{LOG}:5: error: no recorded run called 'fist'\n  hint: did you mean 'first'?",
    ]


def test_what_a_missing_run_would_say_is_left_open(make_site):
    assert check(make_site, "claims: first.accuracy > 0.95\n", "{{first.accuracy}}", None) == []


def test_a_missing_run_does_not_hide_other_claims(make_site):
    assert len(check(make_site, "claims: [other.first > 0.95]\n", "", None)) == 1
