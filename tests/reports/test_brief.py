"""Briefs: a digest in two thousand characters."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from comments_for_tests import ESCALATIONS
from hostile_texts import PAYLOADS

from reports.digest import AUDIENCES, Digest
from reports.formats.brief import LIMIT, plain_chat, render_brief, render_brief_notice
from reports.formats.notices import escalation_notice

LINK = "https://reports.example/a?x=1&y=2"


@pytest.mark.parametrize("name", [*AUDIENCES, "undated"])
def test_a_brief_holds_news_scores_and_link(digests: dict[str, Digest], name: str) -> None:
    """The news comes first, then each score, and the way to the page last, all in 2,000 characters."""
    digest = digests[name]
    brief = render_brief(digest, "full", LINK)
    plain = brief.body.replace("\u2060", "")
    assert len(brief.body) <= LIMIT and len(brief.title) <= 150 and "\n" not in brief.title
    assert plain.startswith(digest.headline[0].rstrip("."))
    assert plain.endswith(f"The whole page: {LINK}")
    assert [s for s in digest.scores if f"{s.n:,} answer" not in plain and s.value is not None] == []


def test_marketing_is_told_its_candidates(marketing: Digest) -> None:
    """Words and candidates are told where a section has no figures; without quotes their references are."""
    assert "• “The notifications alone are worth it." in render_brief(marketing, "full", None).body
    bare = render_brief(marketing, "none", None).body
    assert "notifications alone" not in bare and "• nps survey #15801" in bare


def test_a_long_digest_is_cut_and_says_so(service: Digest) -> None:
    """Whatever does not fit is left out whole, and the brief says that there is more."""
    crowded = replace(service, headline=("word " * 900, "second"))
    brief = render_brief(crowded, "full", LINK)
    assert len(brief.body) <= LIMIT and "… more on the page" in brief.body and brief.body.endswith(LINK)


def test_a_brief_of_a_notice_names_every_case() -> None:
    """Each case with its kind and reference; the customers' words only where the channel may have them."""
    notice = escalation_notice(ESCALATIONS[:3], date(2026, 11, 12))
    assert "my lawyer writes the next letter" in render_brief_notice(notice, "full", None).body
    bare = render_brief_notice(notice, "none", None)
    assert "lawyer writes" not in bare.body and all(e.verbatim.reference in bare.body for e in ESCALATIONS[:3])
    assert bare.title == "3 customers to call back · 12 Nov 2026"


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_hostile_texts_stay_text(start: int) -> None:
    """No mention, tag, link or code survives: what is behind the channel is not known here."""
    for text in PAYLOADS[start::60]:
        told = plain_chat(text)
        assert not re.search(r"[@＠][^\s\u2060]|<[^\s\d]|[*`~|]", told), text
        assert not re.search(r"(?i)\b(https?|javascript|mailto|file):[^\u2060\s]", told), text
        assert "\n" not in told and "](" not in told


def test_figures_stay_figures() -> None:
    """Small shares, intervals and versions are not touched."""
    assert plain_chat("<0.1 % (0–1 %), −4.1 NPS, 4.2.0") == "<0.1 % (0–1 %), −4.1 NPS, 4.2.0"
