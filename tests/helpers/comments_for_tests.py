"""Made-up findings on single comments and on how they were read: whom to call back, what is asked for, the models."""

# ruff: noqa: E501  (the made-up texts read best one to a line)

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from groundswell.findings import (
    Escalation,
    MismatchCounts,
    Request,
    SentimentSource,
    SentimentSummary,
    SignalSummary,
    Verbatim,
)

FIRST = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)


def quote(number: int, text: str, source: str = "tickets", score: str | None = None) -> Verbatim:
    """A quote of made-up record number `number`."""
    return Verbatim(
        f"{number:016x}",
        f"#{number}",
        source,
        text,
        0,
        len(text),
        -0.9,
        FIRST + timedelta(days=number % 6, hours=number % 9),
        score,
    )


ESCALATIONS = (
    Escalation(quote(9101, "I want to speak to your manager, and if the money is not back by Friday my lawyer writes the next letter and I close both accounts."), ("escalation", "churn", "urgency"), "t002", "charged twice for one order", ("#9088", "#9071")),
    Escalation(quote(9112, "Next stop is the ombudsman.", score="1 of 5"), ("escalation",), "t001", "card never arrived"),
    Escalation(quote(9105, "I have moved my salary to another bank, and the rest follows this month.", "nps survey", "NPS 0"), ("churn",), None, None, ("#9033",)),
    *(Escalation(quote(9120 + i, f"Cancel my account, this is the {word} time I ask."), ("churn",), "t004", "no reply to e-mail for days") for i, word in enumerate(("second", "third", "fourth", "fifth", "sixth", "seventh"))),
    Escalation(quote(9140, "I am at the airport and the card is blocked, please answer TODAY <b>now</b>"), ("urgency",), "t011", "limits too low for travelling"),
    Escalation(quote(9141, "Rent is due tomorrow and the transfer is still pending."), ("urgency",), None, None),
)  # fmt: skip

SIGNALS = SignalSummary(
    read=391,
    found={"churn": 9, "effort": 37, "escalation": 2, "praise": 84, "request": 41, "urgency": 3},
    to_call=13,
    to_call_by_source={"nps survey": 2, "tickets": 11},
    to_call_by_theme={
        "": 2,
        "card never arrived": 2,
        "charged twice for one order": 1,
        "limits too low for travelling": 1,
        "no reply to e-mail for days": 7,
    },
)

REQUESTS = (
    Request("t003", "app logs me out every time I switch to another app and back again", 14, 15, (quote(9201, "Please let me stay logged in for at least ten minutes."), quote(9202, "It would help if the app kept the form when I look up the code."), quote(9203, "Could you add a fingerprint login?"))),
    Request("t012", "statements hard to read", 8, 8, (quote(9211, "I wish I could get the statement as a table."), quote(9212, "Add a search box to the statements, please."))),
    Request("t011", "limits too low for travelling", 1, 1, (quote(9213, "Let me raise the limit myself before a trip."),)),
    Request(None, "other", 5, 6, (quote(9221, "An app for my watch would be lovely."), quote(9222, "Please open earlier on Saturdays."))),
)  # fmt: skip

MISMATCH_COUNTS = MismatchCounts(compared=402, happy_score=11, unhappy_score=1)

SENTIMENT = SentimentSummary(
    version="starter-0f3a9c21+own-77b0d1e4+VADER lists",
    sources=(
        SentimentSource("nps survey", "own", 1204, 0.823, 0.897, 0.957, 0.021, "your own model reads it more surely than the shipped one, tested on later comments", checked=722, scaled=True),
        SentimentSource("play reviews", "starter", 61, None, None, None, None, "20 unhappy and 41 happy ratings are too few to learn from or to check with: 50 of each are needed"),
        SentimentSource("tickets", "starter", 2310, 0.744, 0.886, 0.962, 0.04, "your own model was tried and not surely better, tested on later comments", checked=1386, scaled=True),
    ),
    words_negative=("twice", "still", "waiting", "nobody", "again", "asked", "promised", "refund", "stuck"),
    words_positive=("patient", "instant", "sorted", "thank", "easy"),
)  # fmt: skip
