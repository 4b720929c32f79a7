"""Hand-built digests, one for each audience and some awkward ones: all names, texts and figures are made up."""

# ruff: noqa: E501  (the made-up texts read best one to a line)

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from comments_for_tests import ESCALATIONS, MISMATCH_COUNTS, REQUESTS, SENTIMENT, SIGNALS
from full_for_tests import full
from news_for_tests import (
    ACTIONS,
    ALERTS,
    BACKLOG,
    DRIVERS,
    MOVES,
    PRAISED,
    RATIOS,
    RELEASES,
    SEGMENT_SCORES,
    SERVICE_DRIVERS,
    STAFF,
    WATCH,
    rise,
)

from groundswell.findings import (
    Absent,
    AlertWatch,
    Change,
    Coverage,
    Finding,
    Impact,
    Interval,
    Mismatch,
    NewTheme,
    NotRead,
    Quality,
    ScoreSummary,
    SegmentFinding,
    SentimentSource,
    ServiceLevel,
    SourceSummary,
    SubTheme,
    Testimonial,
    ThemeEvent,
    ThemeTrend,
    Verbatim,
    VolumePoint,
    WeekCount,
)
from groundswell.records import Period
from reports.digest import AUDIENCES, Digest, GeneratedFrom
from reports.news.headline import build_digest

START = datetime(2026, 11, 8, 23, 0, tzinfo=UTC)  # Monday, midnight in Berlin
WEEK = Period("2026-W46 · 9–15 Nov 2026", START, START + timedelta(days=7), "week", "Europe/Berlin")
WEEKS = tuple(f"2026-W{week}" for week in range(35, 47))
AUTHORS = 412

PAINS = (
    ("card never arrived", "Card delivery", 38, 0.046, True, (-4.1, -5.6, -2.6), ("Ordered on the 2nd, still no card and nobody answers. I have called three times, been promised a courier twice, and each time the day passes without anyone at the door; at this point I would rather have my money back than wait for another apology, and I have told everybody at work to stay away.", "Where is my card??")),
    ("charged twice for one order", "Payments", 31, 0.071, False, (-2.9, -4.4, -1.4), ("They took £49.90 twice and the second one takes “up to ten days” to come back.",)),
    ("app logs me out every time I switch to another app and back again", "App", 27, 0.03, True, (-1.8, -3.1, -0.5), ("Each time I check the code in my mail the app has forgotten me.", "ログインし直すたびに最初からやり直しです。")),
    ("no reply to e-mail for days", "Contact", 25, 0.058, False, (-1.7, -2.9, -0.5), ("Six days, three mails, not even an automatic answer.",)),
    ("refund takes weeks", "Returns", 22, 0.061, False, (-1.2, -2.3, -0.1), ("Sent it back on the 14th of last month. Nothing.",)),
    ("chat bot goes in circles", "Contact", 19, 0.044, False, (-0.9, -2.0, 0.2), ("I typed “human” eleven times.",)),
    ("delivery window missed", "Card delivery", 17, 0.09, True, (-0.8, -1.9, 0.3), ("Stayed at home all Tuesday for nothing.",)),
    ("verification photo rejected", "Sign-up", 15, 0.031, False, (-0.7, -1.5, 0.1), ("My passport is fine at every airport but not in your app.",)),
    ("exchange rate worse than promised", "Fees", 12, 0.027, False, (-0.4, -1.2, 0.4), ("Не тот курс, что был указан на сайте!",)),
    ("monthly fee without notice", "Fees", 11, 0.02, False, None, ("Since when do I pay 2.99 a month?",)),
    ("limits too low for travelling", "Card", 9, 0.022, False, None, ("الحد اليومي منخفض جدا عند السفر",)),
    ("statements hard to read", "App", 8, 0.019, False, None, ("Who made this PDF, and for whom?",)),
)  # fmt: skip
PRAISE = (
    ("friendly, patient staff on the phone", 52, ("Amira stayed on the line until it worked – I have never had that with a bank.", "So patient with my mother. Thank you!"), ("patient", "listened", "stayed on the line", "human")),
    ("instant notifications", 34, ("I see every payment before the receipt is printed.",), ("instant", "at once", "before the receipt")),
    ("card design", 21, ("Everyone asks about the wooden look 😍",), ("wooden", "beautiful", "asks about it")),
    ("easy to split bills", 16, ("Splitting dinner takes ten seconds.",), ("split", "ten seconds", "flatmates")),
)  # fmt: skip


def interval(value: float, spread: float, low: float = 0.0) -> Interval:
    """A made-up interval about a value."""
    return Interval(value, max(low, value - spread), value + spread)


def verbatim(number: int, text: str, score: str | None = "NPS 3", source: str = "nps survey") -> Verbatim:
    """A quote of made-up record number `number`."""
    when = START + timedelta(days=number % 7, hours=9)
    return Verbatim(f"{number:016x}", f"#{8800 + number}", source, text, 0, len(text), -0.6, when, score)


def weekly(now: int, before: float) -> tuple[WeekCount, ...]:
    """Twelve made-up weeks that end with `now`; one of them has nobody at all."""
    shape = (0.9, 1.1, 1.0, 0.8, 1.2, 1.0, 0.0, 0.9, 1.1, 1.3, 1.0)
    past = [WeekCount(w, round(before * 400 * f), 0 if f == 0 else 400) for w, f in zip(WEEKS, shape, strict=False)]
    return (*past, WeekCount(WEEKS[-1], now, AUTHORS))


def change(now: int, before: float, significant: bool) -> Change:
    """Against a made-up week before."""
    share = now / AUTHORS
    return Change(
        before, share, 398, AUTHORS, share / before, 0.004 if significant else 0.4, significant, "the week before"
    )


def pain_point(rank: int) -> Finding:
    """The made-up pain point of that rank, 1 to 12."""
    label, parent, n, before, significant, effect, texts = PAINS[rank - 1]
    share = n / AUTHORS
    impact = (Impact("nps", "nps survey", *effect, 391, n, 2.1, 7.4),) if effect else ()
    return Finding(
        theme_id=f"t{rank:03d}",
        label=label,
        parent=parent,
        rank=rank,
        rank_parts={
            "mean_loss": 0.42 - rank / 50,
            "authors": float(n),
            "trend": 2.0 if significant else 1.0,
            "confidence": 0.8 - rank / 40,
        },
        mentions=n + 4,
        authors=n,
        share=Interval(share, share * 0.74, share * 1.31),
        net_sentiment=Interval(-0.82 + rank / 40, -0.9 + rank / 40, -0.7 + rank / 40),
        impact=impact,
        change=change(n, before, significant),
        weekly=weekly(n, before),
        verbatims=tuple(verbatim(100 * rank + i, text) for i, text in enumerate(texts)),
        keywords=("never", "arrived"),
        journey_stage="Delivery" if rank == 1 else None,
        owner="Logistics" if rank == 1 else None,
        alert_id={1: "a1", 3: "a2", 7: "a4", 10: "a5"}.get(rank),
        quadrant={1: "urgent and important", 2: "important", 3: "urgent and important", 7: "urgent"}.get(rank, ""),
        is_new=rank == 10,
        stability=0.93 if rank <= 2 else None,
        sub_themes=PARTS if rank == 1 else (),
        signals={"effort": 14 - 4 * rank, "churn": 1} if rank <= 3 else {},
    )


PARTS = (
    SubTheme("t101", "no card after all", 21, 19),
    SubTheme("t102", "courier never came", 14, 12),
    SubTheme("t103", "sent to the old address", 7, 7),
    SubTheme("t104", "tracking number unknown", 4, 4),
    SubTheme("t105", "letter box too small", 2, 2),
)


def new_theme() -> NewTheme:
    """The made-up tenth pain point, as the theme that it has only lately become."""
    found = pain_point(10)
    told = (found.theme_id, found.label, START + timedelta(days=7), found.authors, found.mentions)
    return NewTheme(*told, found.net_sentiment, found.weekly[-3:], found.verbatims)


CHANGES = (
    ThemeEvent(11, START + timedelta(days=7), "open", "t010", "monthly fee without notice", "", "groundswell"),
    ThemeEvent(12, START + timedelta(days=8), "rename", "t001", "card did not come", "card never arrived", "ann"),
    ThemeEvent(13, START + timedelta(days=8), "merge", "t031", "paid twice", "charged twice for one order", "ann"),
    ThemeEvent(14, START + timedelta(days=9), "undo", None, "", "“App” (t002) was retired", "O’Brien <b>"),
)


def praise(rank: int) -> Finding:
    """The made-up praise of that rank, 1 to 4."""
    label, n, texts, words = PRAISE[rank - 1]
    share = n / AUTHORS
    impact = (Impact("nps", "nps survey", 3.4 / rank, 1.6 / rank, 5.0 / rank, 391, n, 9.3, 7.0),)
    quotes = tuple(verbatim(5000 + 100 * rank + i, text, "NPS 10") for i, text in enumerate(texts))
    return Finding(
        f"p{rank:03d}", label, None, rank, {"authors": float(n), "mean gain": 0.3}, n + 2, n,
        Interval(share, share * 0.76, share * 1.27), Interval(0.8, 0.7, 0.88), impact, change(n, share * 0.97, False),
        weekly(n, share), quotes, words,
    )  # fmt: skip


def level(by: str, group: str, n: int, reply: float | None, score: float | None) -> ServiceLevel:
    """One made-up group of contacts."""
    csat = (
        None if score is None else ScoreSummary("csat", "tickets", n // 2, score, score - 4, score + 3.6, "% satisfied")
    )
    times = (None, None) if reply is None else (interval(reply, reply / 8), interval(reply * 9, reply))
    moved = change(120, 0.2, True) if group == "Returns" else change(90, 0.22, False) if by != "all" else None
    paid = (
        {}
        if by == "channel"
        else {"compensation": interval(4.1, 1.3), "compensation_total": 4.1 * n, "currency": "EUR"}
    )
    longer = {"first_reply_minutes": Interval(40.0, 12.0, 71.0), "reopened": Interval(0.01, -0.02, 0.04)}
    return ServiceLevel(
        "tickets", by, group, n, n / 872, *times, None, interval(0.09, 0.02), csat, moved,
        first_contact=interval(0.61, 0.04), against_before=longer if by == "all" else {}, **paid,
    )  # fmt: skip


def common(audience: str) -> Digest:
    """What every audience's made-up digest holds."""
    last = START + timedelta(days=6, hours=20)
    return Digest(
        audience=audience,
        period=WEEK,
        generated_from=GeneratedFrom("9f2c77aa01d44be2c3", 14, {"sentiment": "blend-3", "embedding": "minilm-int8-1"}),
        sources=(
            SourceSummary("nps survey", "survey", 412, 391, last),
            SourceSummary("tickets", "ticket", 872, 640, last),
            SourceSummary("play reviews", "review", 61, 61, START - timedelta(days=3), stale=True),
        ),
        coverage=Coverage(
            1345, 1108, 1061, 2874, 311, 0.034, {"en": 1012, "de": 51, "hi": 28, "und": 17}, "authors", 21, 9
        ),
        not_read=(NotRead("language not spoken: Hindi", 28), NotRead("empty", 237), NotRead("emoji only", 3)),
        quality=Quality(1302, 31, 12, 4, {"no text, score or time": 9}, ("2 dates lie in the future",)),
        scores=(
            ScoreSummary("nps", "nps survey", 391, 31.2, 25.9, 36.4, "NPS points", -6.1, -10.2, -2.0),
            ScoreSummary("csat", "tickets", 301, 78.4, 73.6, 82.9, "% satisfied", 0.8, -4.1, 5.7),
            ScoreSummary("rating", "play reviews", 12, None, None, None, "of 5", reason="12 ratings, fewer than 20"),
        ),
        sentiment=SENTIMENT,
        alerts=tuple(alert for alert in ALERTS if audience != "marketing" and alert is not STAFF),
        watch=WATCH,
        false_alarm_target_per_year=2.0,
    )


@pytest.fixture(scope="session")
def service() -> Digest:
    """The service manager's week."""
    happy = "5 of 5, but I will not order again: nobody told me the shop had moved."
    mismatches = (
        Mismatch(verbatim(61, happy, "5 of 5", "tickets"), "5 of 5", -0.61, "happy score, unhappy words"),
        Mismatch(verbatim(62, "No complaints, all good, thanks", "NPS 2"), "NPS 2", 0.7, "unhappy score, happy words"),
        Mismatch(verbatim(63, "Love it. Shame it never works.", "NPS 9"), "NPS 9", -0.4, "happy score, unhappy words"),
    )
    points = tuple(pain_point(rank) for rank in range(1, 13))
    return build_digest(
        replace(
            common("service"),
            pain_points=points,
            new_themes=(new_theme(),),
            praise=(praise(1), praise(2)),
            mismatches=mismatches,
            theme_changes=CHANGES,
            escalations=ESCALATIONS,
            signals=SIGNALS,
            mismatch_counts=MISMATCH_COUNTS,
            actions=ACTIONS,
            score_drivers=DRIVERS,
            score_moves=MOVES,
            service_levels=(level("all", "all", 872, 190, None),),
        )
    )


@pytest.fixture(scope="session")
def product() -> Digest:
    """The product team's week, with versions."""
    names = ("4.8.0", "4.9.0", "4.10.0", "4.10.1")
    trends = tuple(
        ThemeTrend(f.theme_id, f.label, f.weekly, f.authors, f.net_sentiment, f.change,
                   {v: max(0, round(f.authors * s)) for v, s in zip(names, (0.1, 0.2, 0.1, 0.6 - f.rank / 20), strict=True)})
        for f in map(pain_point, range(1, 13))
    )  # fmt: skip
    found = SegmentFinding(
        "version", "4.10.1", "t003", PAINS[2][0], 12, 39, 12 / 39, 0.031, Interval(0.277, 0.16, 0.41), 1e-6, True
    )
    even = SegmentFinding(
        "version", "4.9.0", "t001", PAINS[0][0], 8, 70, 8 / 70, 0.09, Interval(0.024, -0.04, 0.11), 0.4, False
    )
    points = tuple(pain_point(rank) for rank in (1, 2, 3, 4))
    new = (new_theme(),)
    return build_digest(
        replace(
            common("product"),
            trends=trends,
            segments=(even, found),
            pain_points=points,
            new_themes=new,
            requests=(replace(REQUESTS[0], change=rise(0.014, 14)), *REQUESTS[1:]),
            signals=SIGNALS,
            releases=RELEASES,
            score_drivers=DRIVERS,
            score_moves=MOVES,
            segment_scores=SEGMENT_SCORES,
            actions=ACTIONS[:1],
        )
    )


@pytest.fixture(scope="session")
def marketing() -> Digest:
    """Marketing's week."""
    checks = {"score": "passed", "length": "passed", "no negative clause": "passed", "duplicate": "not checkable"}
    texts = (
        "I moved three accounts here after one phone call: someone listened, fixed it and called back the next day to ask if it held.",
        "The notifications alone are worth it. I caught a wrong charge before I had left the shop.",
        "Ten years with the old bank and I never once knew my balance without a queue. Here I just look.",
    )
    found = tuple(
        Testimonial(
            verbatim(7000 + i, text, "NPS 10"), f"p00{i + 1}", PRAISE[i][0], 0.9 - i / 10, {"sentiment": 0.4}, checks
        )
        for i, text in enumerate(texts)
    )
    return build_digest(
        replace(
            common("marketing"),
            praise=tuple(map(praise, (1, 2, 3, 4))),
            testimonials=found,
            alerts=(STAFF,),
            score_drivers=PRAISED,
            requests=(replace(REQUESTS[1], change=rise(0.006, 8)),),
        )
    )


@pytest.fixture(scope="session")
def operations() -> Digest:
    """Operations' week."""
    volumes = {
        "tickets": tuple(
            VolumePoint(
                w, 640 + 37 * (i % 4) + 12 * i, Interval(690 + 9 * i, 610 + 9 * i, 775 + 9 * i) if i > 3 else None
            )
            for i, w in enumerate(WEEKS)
        ),
        "nps survey": tuple(VolumePoint(w, 400 - 5 * (i % 3)) for i, w in enumerate(WEEKS)),
    }
    levels = (
        level("all", "all", 872, 190, 78.4), level("channel", "E-mail", 410, 420, 71.0), level("channel", "Chat", 301, 4, 84.0),
        level("channel", "Phone", 161, None, 86.5), level("category", "Returns", 254, 552, 66.1),
        level("category", "Card delivery and everything that has to do with the courier", 231, 260, 70.2),
        level("category", "Payments", 160, 95, None),
    )  # fmt: skip
    points = tuple(pain_point(rank) for rank in (1, 2, 5))
    return build_digest(
        replace(
            common("operations"),
            volumes=volumes,
            service_levels=levels,
            pain_points=points,
            escalations=ESCALATIONS,
            signals=SIGNALS,
            service_drivers=SERVICE_DRIVERS,
            backlog=BACKLOG,
            contact_ratios=RATIOS,
        )
    )


@pytest.fixture(scope="session")
def undated() -> Digest:
    """A file without dates and without authors: no trend, no change, counts of comments."""
    bare = [replace(pain_point(rank), change=None, weekly=(), impact=()) for rank in (1, 2, 3)]
    points = tuple(
        replace(
            f,
            alert_id=None,
            quadrant="",
            verbatims=tuple(replace(v, occurred_at=None, score=None) for v in f.verbatims),
        )
        for f in bare
    )
    return build_digest(
        replace(
            common("service"),
            period=Period("all feedback", None, None, "all", reason="the file has no column of dates"),
            sources=(SourceSummary("remarks", "ticket", 1345, None, None),),
            coverage=replace(common("service").coverage, counted="comments", unassigned_share=None),
            scores=(), not_read=(), pain_points=points, alerts=(), false_alarm_target_per_year=None,
            watch=AlertWatch(0, 0, 2.0, None, 0, "Alerts need feedback with dates."),
            sentiment=replace(SENTIMENT, sources=(SentimentSource("remarks", "starter", 0, None, None, None, None),), words_negative=(), words_positive=()),
            absent=(Absent("escalations", "not one of the 1,061 comments read asks for a manager"), Absent("mismatches", "the file has no column of scores"), Absent("trends", "the file has no dates")),
        )
    )  # fmt: skip


@pytest.fixture(scope="session")
def digests(
    service: Digest, product: Digest, marketing: Digest, operations: Digest, undated: Digest
) -> dict[str, Digest]:
    """All of them, by the name of their gold files."""
    return {
        "service": service,
        "product": product,
        "marketing": marketing,
        "operations": operations,
        "undated": undated,
    }


@pytest.fixture(scope="session")
def filled(digests: dict[str, Digest]) -> dict[str, Digest]:
    """The digest of each audience with something in every section and every text of it."""
    return {name: full(digests[name], digests.values()) for name in AUDIENCES}
