"""The sentences at the top: the news first, only figures of the digest, and silence where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundswell.findings import Absent, Change, Finding, GoneTheme, Impact, Interval, ScoreSummary
from reports.digest import Digest
from reports.news.headline import build_digest, build_headline, build_title
from reports.page.effects import effect_news
from reports.page.gone import gone_news
from reports.wording.changes import change_words, versus


@pytest.fixture
def service(service: Digest) -> Digest:
    """The service manager's week without an alert: test_news.py has those."""
    return replace(service, alerts=())


@pytest.fixture
def product(product: Digest) -> Digest:
    """The product team's week without an alert and without a release."""
    return replace(product, alerts=(), releases=())


@pytest.fixture
def marketing(marketing: Digest) -> Digest:
    """Marketing's week without an alert and without a wish."""
    return replace(marketing, alerts=(), requests=())


@pytest.fixture
def operations(operations: Digest) -> Digest:
    """Operations' week without an alert, where nobody knows what is usual."""
    volumes = {s: tuple(replace(p, usual=None) for p in points) for s, points in operations.volumes.items()}
    return replace(operations, alerts=(), volumes=volumes)


def quiet(finding: Finding) -> Finding:
    """The finding with a change that may be chance."""
    assert finding.change is not None
    return replace(finding, change=replace(finding.change, significant=False))


def calm(digest: Digest) -> Digest:
    """The digest in a week in which nothing changed."""
    scores = tuple(replace(s, change=0.4, change_low=-3.0, change_high=3.8) for s in digest.scores)
    points = tuple(map(quiet, digest.pain_points))
    return replace(
        digest, pain_points=points, scores=scores, mismatches=(), mismatch_counts=None, signals=None, segments=()
    )


def test_a_significant_rise_leads(service: Digest) -> None:
    """A theme that rose significantly is the news, with authors, share, interval, change and impact in one sentence."""
    assert build_headline(service)[0] == (
        "“card never arrived” was raised by 38 of 412 authors (9 %, 7–12 %), twice the share of the week before, "
        "and goes with 4.1 fewer NPS points (2.6–5.6)."
    )


def test_a_moved_score_follows_or_leads(service: Digest) -> None:
    """A score whose change leaves out 0 is told second after a risen theme, and first without one."""
    moved = "NPS in nps survey fell by 6.1 points (2.0–10.2) to 31 since the week before."
    assert build_headline(service)[1] == moved
    assert build_headline(replace(service, pain_points=tuple(map(quiet, service.pain_points))))[0] == moved


def test_nothing_significant_is_said_honestly(service: Digest) -> None:
    """When nothing moved beyond chance the page says so, and names what hurts most."""
    assert build_headline(calm(service)) == (
        "No pain point changed significantly against the week before; the top one: “card never arrived” was raised by "
        "38 of 412 authors (9 %, 7–12 %) and goes with 4.1 fewer NPS points (2.6–5.6).",
    )


def test_a_significant_fall_is_good_news(service: Digest) -> None:
    """When a pain point only fell, that is the news, and the top one follows."""
    fell = calm(service)
    falling = service.pain_points[6]
    lines = build_headline(replace(fell, pain_points=(*fell.pain_points[:6], falling)))
    assert lines[0] == (
        "Good news: “delivery window missed” was raised by 17 of 412 authors (4 %, 3–5 %), "
        "half the share of the week before."
    )
    assert lines[1].startswith("The top pain point: “card never arrived”")


def test_an_impact_that_may_be_nothing_is_not_told(service: Digest) -> None:
    """An impact whose interval holds 0 is left out of the sentence."""
    unclear = Impact("nps", "nps survey", -1.0, -2.5, 0.5, 391, 38, 5.0, 7.0)
    point = replace(service.pain_points[0], impact=(unclear,))
    assert build_headline(replace(service, pain_points=(point,)))[0].endswith("twice the share of the week before.")


def test_undated_feedback_has_no_trend_and_says_so(undated: Digest) -> None:
    """Without dates the top pain point leads, counted in comments, and the missing trend is told."""
    assert build_headline(undated) == (
        "The top pain point: “card never arrived” came up in 38 of 412 comments (9 %, 7–12 %).",
        "The feedback carries no dates, so nothing can be said about change.",
    )


def test_a_first_period_says_that_there_is_none_before(service: Digest) -> None:
    """In the first period no change is claimed or denied."""
    first = replace(calm(service), pain_points=tuple(replace(p, change=None) for p in service.pain_points), scores=())
    assert build_headline(first)[1] == "There is no earlier period to compare with yet."


def test_no_theme_at_all_gives_the_reason(service: Digest) -> None:
    """Without pain points the sentence is the reason why there are none."""
    empty = replace(
        service,
        pain_points=(),
        scores=(),
        mismatches=(),
        mismatch_counts=None,
        signals=None,
        absent=(Absent("pain_points", "Too few."),),
    )
    assert build_headline(empty) == ("Too few.",)
    assert build_headline(replace(empty, absent=())) == ("No pain point was raised often enough to be ranked.",)


def test_product_hears_of_the_version_that_differs(product: Digest) -> None:
    """The product team is told which version raises a theme more often than the rest."""
    assert build_headline(product)[1] == (
        "“app logs me out every time I switch to another app and back again” is raised by 31 % of authors on "
        "version 4.10.1, and by 3 % elsewhere."
    )


def test_marketing_hears_whom_to_ask(marketing: Digest) -> None:
    """Marketing is told how many comments can be asked for, and the top praise; no score and no complaint."""
    lines = build_headline(marketing)
    assert lines[0] == "Ask the authors of 3 comments for consent: they passed every check that could be made."
    assert "“friendly, patient staff on the phone” was raised by 52 of 412 authors (13 %, 10–16 %)" in lines[1]
    assert not any("fell" in line for line in lines)


def test_operations_hears_of_volume_and_time(operations: Digest) -> None:
    """Operations is told which time changed, how much came in, which group grew, and where customers wait longest."""
    assert build_headline(operations) == (
        "Median first reply: 3 h 10 min, 40 min (12 min to 1 h 11 min) more than in the week before.",
        "1,273 pieces of feedback came in, 4 % more than in the week before (1,229).",
        "“Returns” made up 29 % of contacts, up from 20 % in the week before.",
    )
    groups = tuple(s for s in operations.service_levels if s.group_by == "channel")
    assert build_headline(replace(operations, service_levels=groups))[1] == (
        "First replies are slowest in “E-mail”: median 7 h (6 h 8 min – 7 h 52 min)."
    )


def test_volume_is_not_compared_with_a_week_that_is_not_there(operations: Digest) -> None:
    """Without the week before only the number is told."""
    lines = build_headline(replace(operations, volumes={}, service_levels=(), scores=()))
    assert lines == ("1,345 pieces of feedback came in.",)
    late = {**operations.volumes, "nps survey": operations.volumes["nps survey"][-1:]}
    lines = build_headline(replace(operations, volumes=late, service_levels=(), scores=()))
    assert lines == ("1,345 pieces of feedback came in.",)


def test_changes_in_words() -> None:
    """A ratio near a whole number is said in words, a small one as two shares, a first appearance as such."""

    def words(baseline: float, value: float) -> str:
        return versus(Change(baseline, value, 400, 400, None, 0.01, True, "the week before"))

    assert words(0.05, 0.1) == "twice the share of the week before"
    assert words(0.03, 0.09) == "three times the share of the week before"
    assert words(0.01, 0.06) == "6 times the share of the week before"
    assert words(0.05, 0.08) == "1.6 times the share of the week before"
    assert words(0.2, 0.22) == "up from 20 % in the week before"
    assert words(0.1, 0.05) == "half the share of the week before"
    assert words(0.1, 0.02) == "down from 10 % in the week before"
    assert words(0.0, 0.02) == "none in the week before"


def test_changes_on_their_own() -> None:
    """Outside a sentence a change names both shares, or that there was none before."""

    def words(baseline: float, value: float) -> str:
        return change_words(Change(baseline, value, 400, 400, None, 0.01, True, "the week before"))

    assert words(0.05, 0.1) == "5 % to 10 %, twice the share of the week before"
    assert words(0.2, 0.22) == "20 % to 22 % since the week before"
    assert words(0.0, 0.02) == "2 %, none in the week before"


def test_a_star_rating_is_said_in_points(service: Digest) -> None:
    """An impact on a rating is said in points of its scale, one on CSAT in CSAT points."""
    stars = Impact("rating", "play reviews", -0.214, -0.3, -0.11, 900, 38, 2.1, 4.2)
    csat = Impact("csat", "tickets", -2.2, -3.1, -1.2, 800, 38, 60, 80)
    for effect, words in (
        (stars, "a rating 0.21 points lower (0.11–0.30)."),
        (csat, "2.2 fewer CSAT points (1.2–3.1)."),
    ):
        point = replace(service.pain_points[0], impact=(effect,))
        assert build_headline(replace(service, pain_points=(point,)))[0].endswith(words)


def test_title_and_headline_are_filled_once(service: Digest) -> None:
    """A digest gets a title of its audience and period; what is there already stays."""
    assert build_title("service", service.period) == "What hurts customers: 2026-W46 · 9–15 Nov 2026"
    given = replace(service, title="Ours", headline=("Said.",))
    assert build_digest(given) == given


def test_scores_without_interval_are_no_news(operations: Digest) -> None:
    """A change without an interval is not called a move."""
    score = ScoreSummary("nps", "nps survey", 40, 31.0, 20.0, 40.0, "NPS points", -9.0)
    lines = build_headline(replace(operations, scores=(score,), service_levels=()))
    assert not any("fell" in line for line in lines)


def test_product_hears_what_moved_a_score(product: Digest) -> None:
    """Where a score moved and nothing else is new, the next sentence names the themes that it owes most to."""
    even = Change(0.05, 0.05, 398, 412, 1.0, 0.9, False, "the week before")
    points = tuple(replace(f, change=even) for f in product.pain_points)
    calm = replace(product, alerts=(), releases=(), segments=(), requests=(), pain_points=points)
    lines = build_headline(calm)
    assert lines[0].startswith("NPS in nps survey fell by 6.1 points")
    assert lines[1] == (
        "Of the −6.1 NPS points among those who wrote a text most go with “card never arrived” (−2.7) and “app logs me "
        "out every time I switch to another…” (−1.8)."
    )


def test_product_is_told_that_nothing_is_new_in_one_sentence(product: Digest) -> None:
    """A quiet week of the product team has one sentence with what hurts and what is asked for most."""
    even = Change(0.05, 0.05, 398, 412, 1.0, 0.9, False, "the week before")
    points = tuple(replace(f, change=even) for f in product.pain_points)
    wishes = tuple(replace(wish, change=None) for wish in product.requests)
    scores = tuple(replace(score, change=None) for score in product.scores)
    parts = {"alerts": (), "releases": (), "segments": (), "score_moves": ()}
    assert build_headline(replace(product, pain_points=points, requests=wishes, scores=scores, **parts)) == (
        "No theme, group or release changed clearly against the week before; the top pain point is “card never "
        "arrived” (38 authors), most wishes are about “app logs me out every time I switch to another app and back "
        "again” (14).",
    )


def test_what_was_done_and_what_went_away_are_news_once(product: Digest, service: Digest) -> None:
    """An action that worked is told in its first weeks, a theme that fell silent in the week it is found."""
    acted = replace(service.actions[0], weeks_since=5)
    lines = build_headline(replace(service, alerts=(), actions=(acted,), signals=None, scores=()))
    assert any(
        line
        == "“no reply to e-mail for days” since it was acted on (28 Sep 2026): −68 % (−77 to −55 %) authors a week."
        for line in lines
    )
    assert effect_news(service) == []  # seven weeks on it stands in its section alone
    silent = GoneTheme("t9", "courier rude", 4, 0, 1603, Interval(35.2, 22.0, 49.0), 1e-9, "pain", None, True)
    assert gone_news(replace(product, gone_themes=(silent,))) == [
        "“courier rude” went away: raised by nobody in 4 weeks, usually by 35 (22–49)."
    ]
    assert gone_news(replace(product, gone_themes=(replace(silent, is_new=False),))) == []
