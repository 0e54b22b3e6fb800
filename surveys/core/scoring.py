"""Percent favorable with its interval, distributions, and response rates. Knows nothing of who may see them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from surveys.core.instrument import Kind, Question, Survey
from surveys.core.responses import Disposition, Mode, Response

Z = 1.959963984540054  # two-sided 95 % of the normal distribution


@dataclass(frozen=True)
class Score:
    """Percent favorable (0 to 100) among n respondents, with a 95 % interval in percent; None where n is 0."""

    n: int
    percent: float | None
    low: float | None
    high: float | None
    distribution: tuple[tuple[str, float], ...] = ()  # (option, share 0 to 1), for single questions


@dataclass(frozen=True)
class Rates:
    """Invited tickets by disposition, and the counted responses by mode; the dispositions add up to `invited`."""

    invited: int
    dispositions: dict[Disposition, int]
    modes: dict[Mode, int]

    @property
    def responded(self) -> int:
        return self.dispositions[Disposition.COMPLETE] + self.dispositions[Disposition.PARTIAL]


def rates(outcomes: Iterable[tuple[Disposition, Mode | None]]) -> Rates:
    """Response rates from one (disposition, mode of the counted response) a ticket."""
    seen = list(outcomes)
    dispositions = Counter(disposition for disposition, _ in seen)
    modes = Counter(mode for _, mode in seen if mode is not None)
    return Rates(len(seen), {kind: dispositions[kind] for kind in Disposition}, {mode: modes[mode] for mode in Mode})


def question_score(question: Question, responses: Sequence[Response]) -> Score:
    """Percent favorable of one question; options not counted (such as "does not apply") leave the denominator."""
    counted = [option.id for option in question.options if option.counted]
    chosen = Counter(
        response.answers[question.id].options[0]
        for response in responses
        if question.id in response.answers and response.answers[question.id].options
    )
    n = sum(chosen[option] for option in counted)
    favorable = sum(chosen[option.id] for option in question.options if option.favorable and option.counted)
    if not n:
        return Score(0, None, None, None)
    low, high = wilson(favorable / n, n)
    distribution = tuple((option, chosen[option] / n) for option in counted)
    return Score(n, 100 * favorable / n, 100 * low, 100 * high, distribution)


def topic_score(survey: Survey, topic: str, responses: Sequence[Response]) -> Score:
    """Percent favorable of a topic: favorable answers over answers, with the respondent as the sampling unit.

    The answers of one child are not independent, so the variance is that of a ratio over respondents (Cochran 1977,
    Sampling Techniques, 6.3); it becomes an effective sample size for the Wilson interval (Korn and Graubard 1998).
    """
    questions = [question for question in survey.questions if question.topic == topic and question.kind is Kind.ONE]
    counts = np.array([_counts(questions, response) for response in responses], dtype=float).reshape(-1, 2)
    counts = counts[counts[:, 1] > 0]
    n = len(counts)
    if n == 0:
        return Score(0, None, None, None)
    favorable, answered = counts.sum(axis=0)
    share = favorable / answered
    low, high = wilson(share, _effective(counts, share))
    return Score(n, 100 * share, 100 * low, 100 * high)


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95 % score interval of a share among n (Wilson 1927), both between 0 and 1."""
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def _counts(questions: Sequence[Question], response: Response) -> tuple[int, int]:
    favorable = answered = 0
    for question in questions:
        answer = response.answers.get(question.id)
        if answer is None or not answer.options:
            continue
        option = next(option for option in question.options if option.id == answer.options[0])
        answered += option.counted
        favorable += option.counted and option.favorable
    return favorable, answered


def _effective(counts: np.ndarray, share: float) -> float:
    """How many independent answers the respondents are worth; at least one each when they do not vary."""
    n = len(counts)
    if n < 2:
        return n
    residual = counts[:, 0] - share * counts[:, 1]
    variance = n / (n - 1) * float((residual**2).sum()) / counts[:, 1].sum() ** 2
    return share * (1 - share) / variance if variance > 0 else n
