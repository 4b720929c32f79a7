"""From a job to its text: the comment, the marks it earns and the score it comes with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from extractors.demo.comments import compose, compose_title, escalation, mood
from extractors.demo.company import THEMES
from extractors.demo.noise import add_emoji, escape_html, mistype, shout
from extractors.demo.patterns import load_patterns
from extractors.demo.personal import PersonalItem, add_personal
from extractors.demo.plan import Job
from extractors.demo.slots import Facts

__all__ = ["Text", "facts_of", "score_of", "write_text"]

_EMOJI = {"survey": 0.03, "review": 0.09, "ticket": 0.012}
_ESCALATION = {"survey": 0.015, "review": 0.01, "ticket": 0.035}
_HTML = 0.015
_MISMATCH = 0.025
_BASE = {"survey": 0.71, "review": 0.70, "ticket": 0.80}
_SPREAD = {"survey": 0.12, "review": 0.13, "ticket": 0.24}
_STRETCH = {"survey": 1.0, "review": 1.3, "ticket": 1.0}  # reviewers go to extremes
_WHOLE_SCORE = {"~contentless_good": 0.92, "~contentless_bad": 0.12, "~contentless_flat": 0.62, "~template": 0.0}


@dataclass(frozen=True, slots=True)
class Text:
    """A finished text, its headline (reviews only), what marks it, and the personal data planted in it."""

    text: str
    title: str
    marks: tuple[str, ...]
    personal: tuple[PersonalItem, ...]


def facts_of(job: Job, agent: str) -> Facts:
    """What the sentences of this job may speak of."""
    currency = "£" if job.customer.country == "GB" else "€"
    return Facts(
        when=job.when,
        currency=currency,
        device_os=job.customer.device_os,
        version=job.version,
        agent=agent.split(" ")[0],
        language=job.language,
        # The double charges came with Monday's payment run.
        weekday="Monday" if job.incident == "charged_twice" else "",
    )


def write_text(job: Job, record_id: str, agent: str, rng: Random, *, register: str = "") -> Text:
    """The text of one job as it reached the company's system."""
    if not job.themes or job.whole:
        return Text(_whole(job, rng), "", job.marks, ())
    facts, marks = facts_of(job, agent), list(job.marks)
    comment = compose(job.themes, job.source, facts, rng, language=job.language, register=register)
    text, personal = comment.text, []
    if job.language == "en":
        if comment.tone == "pain" and rng.random() < _ESCALATION[job.source]:
            text, marks = f"{text} {escalation(facts, rng)}", [*marks, "escalation"]
        if comment.register == "angry" and comment.tone == "pain":
            text = shout(text, rng)
        text = mistype(text, job.source, rng)
        if facts.agent and (named := re.search(rf"\b{facts.agent}\b", text, re.IGNORECASE)):
            personal.append(PersonalItem(record_id, "agent_first_name", named.group()))
    title = _title(job, comment.tone, facts, rng)
    if rng.random() < _EMOJI[job.source]:
        text = add_emoji(text, comment.tone, rng)
    if job.language == "en":
        text, added = add_personal(text, job.source, record_id, job.customer, agent, rng)
        personal += added
    if rng.random() < _HTML:
        text, marks = escape_html(text), [*marks, "html"]
    return Text(text, title, tuple(marks), tuple(personal))


def score_of(job: Job, rng: Random) -> tuple[float, tuple[str, ...]]:
    """The score on 0-1 that goes with the job, and the mark "mismatch" where it contradicts the words."""
    if job.themes and not job.whole:
        first, *rest = job.themes
        value = _BASE[job.source] + THEMES[first].pull + 0.6 * sum(THEMES[theme].pull for theme in rest)
    else:
        value = _WHOLE_SCORE.get(job.whole, 0.74)
    value = 0.5 + (value - 0.5) * _STRETCH[job.source]
    value += rng.gauss(0, _SPREAD[job.source] if job.themes or job.whole else 0.24)
    plain = len({THEMES[theme].tone for theme in job.themes}) == 1 and mood(job.themes) in ("pain", "praise")
    if plain and not job.incident and not job.whole and rng.random() < _MISMATCH:
        return (0.97 if mood(job.themes) == "pain" else 0.08), ("mismatch",)
    return min(1.0, max(0.0, value)), ()


def _title(job: Job, tone: str, facts: Facts, rng: Random) -> str:
    """A headline for three in four reviews from an iPhone; the other store has none."""
    if job.source != "review" or job.language != "en" or job.customer.device_os != "iOS" or rng.random() < 0.25:
        return ""
    return compose_title(job.themes, tone, facts, rng)


def _whole(job: Job, rng: Random) -> str:
    pool = [pattern.text for pattern in load_patterns() if pattern.theme == job.whole]
    if not pool:
        return ""
    return pool[job.variant] if job.whole == "~template" else rng.choice(pool)
