"""Made-up alerts, actions, releases, drivers and service findings for the pages; all names and figures are invented."""

# ruff: noqa: E501  (the made-up findings read best one to a line)

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from comments_for_tests import quote

from groundswell.findings import (
    ActionEffect,
    Alert,
    AlertWatch,
    Backlog,
    Change,
    ContactRatio,
    Interval,
    MovePart,
    ReleaseEffect,
    ScoreDriver,
    ScoreMove,
    SegmentScore,
    ServiceDriver,
    WeekCount,
)

END = datetime(2026, 11, 15, 23, 0, tzinfo=UTC)  # Monday, midnight in Berlin
WEEKS = tuple(f"2026-W{week}" for week in range(35, 47))


def weeks(*authors: int, of: int = 400) -> tuple[WeekCount, ...]:
    """The made-up weeks that end with the period's own."""
    return tuple(WeekCount(w, n, of) for w, n in zip(WEEKS[-len(authors) :], authors, strict=True))


CARD = Alert(
    "a1", "t001", "card never arrived", "surge", "open", END, "2026-W46", "2026-W46", 1, 38, 412, Interval(18.6, 10.8, 27.2), 2.04, 0.00004, "pain", "a1",
    {"nps survey": 31, "tickets": 7}, weeks(17, 20, 19, 16, 22, 18, 20, 38), (quote(8901, "Where is my card?? Two weeks now and nobody answers the phone.", score="1 of 5"),), "Logistics",
)  # fmt: skip
WINDOW = Alert(
    "a4", "t007", "delivery window missed", "surge", "open", END, "2026-W46", "2026-W46", 1, 17, 412, Interval(6.2, 2.1, 11.4), 2.74, 0.0006, "pain", "a1",
    {"nps survey": 17}, weeks(6, 5, 7, 8, 6, 5, 7, 17), (), None,
)  # fmt: skip
LOGOUT = Alert(
    "a2", "t003", "app logs me out every time I switch to another app and back again", "drift", "updated", END - timedelta(weeks=1), "2026-W43", "2026-W46", 2, 27, 412,
    Interval(12.4, 6.0, 19.0), 2.18, None, "pain", "a2", {"nps survey": 27}, weeks(11, 12, 13, 14, 17, 19, 23, 27), (quote(8913, "Each time I check the code in my mail the app has forgotten me."),), None,
)  # fmt: skip
FEE = Alert(
    "a5", "t010", "monthly fee without notice", "new", "open", END, "2026-W46", "2026-W46", 1, 11, 412, Interval(0.0, 0.0, 0.0), None, None, "plain", "a5",
    {"nps survey": 11}, weeks(0, 0, 0, 0, 0, 0, 1, 11), (quote(8920, "Since when do I pay 2.99 a month?"),), None,
)  # fmt: skip
CALMED = Alert(
    "a3", "t004", "no reply to e-mail for days", "surge", "quiet", END - timedelta(weeks=4), "2026-W43", "2026-W45", 3, 25, 412,
    Interval(20.3, 12.0, 29.1), 1.23, 0.0004, "pain", "a3", {"tickets": 25}, weeks(20, 19, 40, 44, 38, 25), (), None,
)  # fmt: skip
LOGIN = Alert(
    "a7", "t008", "verification photo rejected", "release", "open", END, "2026-W44", "2026-W46", 1, 31, 212, Interval(11.0, 4.6, 17.9), 2.82, 0.0001, "pain", "a7",
    {"play reviews": 31}, weeks(9, 8, 11, 10, 9, 14, 19, 21), (), None, "version 4.10.1",
)  # fmt: skip
STAFF = Alert(
    "a6", "p001", "friendly, patient staff on the phone", "surge", "re-opened", END, "2026-W46", "2026-W46", 1, 52, 412, Interval(29.5, 19.0, 41.0), 1.76, 0.0002, "praise", "a6",
    {"nps survey": 52}, weeks(30, 28, 31, 27, 30, 29, 33, 52), (quote(8930, "Amira stayed on the line until it worked."),), None,
)  # fmt: skip
ALERTS = (CARD, WINDOW, FEE, STAFF, LOGOUT, CALMED)
WATCH = AlertWatch(42, 26, 2.0, Interval(1.4, 0.6, 2.9), 20)

ACTIONS = (
    ActionEffect("3", "t004", "no reply to e-mail for days", "Two more people on the mail queue until January", "Anna", END - timedelta(weeks=7), None, 26, 7, Interval(38.2, 31.0, 46.1), Interval(12.4, 9.1, 16.6), Interval(0.325, 0.23, 0.45), "fewer", weeks(40, 37, 41, 36, 39, 20, 14, 12, 13, 11, 12, 12)),
    ActionEffect("4", "t002", "charged twice for one order", "Bank told to release holds within two days", "Payments", END - timedelta(weeks=5), END - timedelta(weeks=4), 20, 5, Interval(30.1, 24.0, 37.2), Interval(28.8, 22.3, 36.4), Interval(0.957, 0.71, 1.28), "no clear change", weeks(31, 29, 33, 28, 30, 31)),
    ActionEffect("5", "t001", "card never arrived", "Second courier for the north", None, END - timedelta(days=6), None, 25, 1, None, None, None, "too early", weeks(17, 20, 19, 16, 22, 18, 20, 38)),
)  # fmt: skip

LATELY = END - timedelta(weeks=3)
RELEASES = (
    ReleaseEffect("version 4.10.1", LATELY, "play reviews", "t003", "app logs me out every time I switch to another app and back again", 31, 212, 31 / 212, 0.052, 640, Interval(0.094, 0.048, 0.15), 0.0001, True, compared=74, mood="pain"),
    ReleaseEffect("version 4.10.1", LATELY, "play reviews", "t012", "statements hard to read", 2, 212, 2 / 212, 0.039, 640, Interval(-0.03, -0.047, -0.004), 0.02, True, compared=74, mood="pain"),
    ReleaseEffect("version 4.10.1", LATELY, "play reviews", "p002", "instant notifications", 40, 212, 40 / 212, 0.11, 640, Interval(0.079, 0.02, 0.14), 0.003, True, compared=74, mood="praise"),
    ReleaseEffect("version 4.10.1", LATELY, "play reviews", "t002", "charged twice for one order", 9, 212, 9 / 212, 0.05, 640, Interval(-0.008, -0.04, 0.03), 0.7, False, compared=74, mood="pain"),
    ReleaseEffect("summer prices", LATELY - timedelta(weeks=5), "nps survey", "t009", "exchange rate worse than promised", 12, 900, 12 / 900, 0.011, 1100, Interval(0.002, -0.008, 0.013), 0.8, False, compared=31, mood="pain", notes=("The weeks before hold a holiday.",)),
)  # fmt: skip


def driver(theme: str, label: str, share: float, low: float, high: float, n: int, mood: str = "pain") -> ScoreDriver:
    """A made-up part of the NPS: 31 of those who complain of nothing give 48."""
    reference = 48.3 if mood == "pain" else 12.0
    return ScoreDriver(
        "nps", "nps survey", theme, label, Interval(share, low, high), n, "shapley", mood, 30.9, reference, 391
    )


DRIVERS = (
    driver("t001", "card never arrived", -4.6, -6.2, -3.1, 36),
    driver("t002", "charged twice for one order", -3.2, -4.7, -1.9, 29),
    driver("t003", "app logs me out every time I switch to another app and back again", -2.1, -3.4, -0.9, 26),
    driver("t004", "no reply to e-mail for days", -1.9, -3.1, -0.8, 24),
    driver("t005", "refund takes weeks", -1.4, -2.5, -0.4, 21),
    driver("t006", "chat bot goes in circles", -1.0, -2.0, -0.1, 18),
    driver("t008", "verification photo rejected", -0.6, -1.4, 0.2, 14),
    ScoreDriver("nps", "nps survey", None, "all other complaints (17 themes)", Interval(-2.6, -4.2, -1.1), 61, "shapley", "pain", 30.9, 48.3, 391),
)  # fmt: skip
PRAISED = (
    driver("p001", "friendly, patient staff on the phone", 8.4, 5.2, 11.9, 50, "praise"),
    driver("p002", "instant notifications", 4.9, 2.4, 7.7, 33, "praise"),
    driver("p003", "card design", 2.2, 0.3, 4.3, 20, "praise"),
)
PARTS = (
    MovePart("t001", "card never arrived", -2.4, -0.3, -4.1, -1.4),
    MovePart("t003", "app logs me out every time I switch to another app and back again", -1.6, -0.2),
    MovePart("t005", "refund takes weeks", -0.1, -1.0),
    MovePart("t007", "delivery window missed", 1.1, 0.1),
    MovePart("p001", "friendly, patient staff on the phone", 0.4, 0.2),
    MovePart("t006", "chat bot goes in circles", 0.3, -0.1),
    MovePart(None, "those who complain of nothing", -0.7, -0.4),
    MovePart(None, "everything else", -0.9, -0.5),
)
MOVES = (
    ScoreMove("nps", "nps survey", 37.0, 30.9, 398, 391, PARTS, -10.3, -1.9),
    ScoreMove("csat", "tickets", 77.6, 78.4, 310, 301, PARTS[-1:], -4.1, 5.7),
)

SEGMENT_SCORES = (
    SegmentScore("nps", "nps survey", "country", "Austria", 84, Interval(12.4, 0.8, 24.1), 36.2, Interval(-23.8, -37.0, -10.4), 0.0004, True),
    SegmentScore("nps", "nps survey", "country", "Germany", 201, Interval(33.0, 25.9, 40.2), 29.0, Interval(4.0, -6.8, 14.6), 0.47, False),
)  # fmt: skip

SERVICE_DRIVERS = (
    ServiceDriver("tickets", "t005", "refund takes weeks", "resolution", 61, 6120.0, 1710.0, Interval(4410.0, 2900.0, 6060.0), 1e-6, True),
    ServiceDriver("tickets", "t002", "charged twice for one order", "resolution", 48, 3260.0, 1720.0, Interval(1540.0, 610.0, 2530.0), 0.001, True),
    ServiceDriver("tickets", "t006", "chat bot goes in circles", "reopened", 33, 0.242, 0.083, Interval(0.159, 0.03, 0.32), 0.004, True),
    ServiceDriver("tickets", "t001", "card never arrived", "reopened", 54, 0.11, 0.09, Interval(0.02, -0.06, 0.12), 0.6, False),
)  # fmt: skip
BACKLOG = tuple(Backlog("tickets", w, 130 + 9 * i, 6.2 + 1.7 * i, "#8177") for i, w in enumerate(WEEKS))
RATIOS = (ContactRatio("tickets", "orders", 872, 20761, Interval(4.2, 3.93, 4.49), 3.9),)


def rise(baseline: float, n: int) -> Change:
    """A wish that more people have than in the week before."""
    return Change(baseline, n / 412, 398, 412, n / 412 / baseline, 0.003, True, "the week before")
