"""Testimonial candidates: which texts are proposed, in which order, with what beside them (docs/methods.md, D10)."""

from datetime import timedelta

import pytest
from frames_for_tests import MONDAY, clause_frame, comment_frame, feedback_frame, theme_frame

from analysis.findings.comments.testimonial_rank import Ranked, varied
from analysis.findings.comments.testimonial_words import PHRASES, _pattern, against, disclosed, telling
from analysis.findings.comments.testimonials import find_testimonials
from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from analysis.sentiment.signals import signal_text
from analysis.text.wordlists import read_rows
from groundswell.records import Period
from groundswell.testimonials import key_of

THEMES = theme_frame({"t1": "crash at login", "t2": "easy set-up"})
WEEK = Period("2026-W46 · 9–15 Nov 2026", MONDAY, MONDAY + timedelta(weeks=1), "week")
HAPPY = "We switched in March and since then my heating bill is 40 euros lower, I am delighted with the set-up {}."


DIFFERENT = [
    "The engineer explained our meter in ten minutes and reading it is easy for me now.",
    "My statements arrive on the first of each month and checking them saves us an evening.",
    "We moved house in June and the new contract was ready within hours, which helped us a lot.",
    "I can see what the freezer uses, so I replaced it and my bill is 20 euros lower.",
    "Our solar panels were connected in two days and the app lets me watch what they earn.",
    "I rang about a double charge and the refund was on my account within minutes, easily done.",
]


def scope_of(rows, themes, labels):
    """A scope over one week of records."""
    feedback = feedback_frame(rows)
    mentions = build_mentions(feedback, clause_frame(feedback, themes, labels))
    return open_scope(feedback, mentions, THEMES, Span(WEEK, None))


def ticket(**more):
    """A ticket reported on Monday."""
    return {"kind": "ticket", "reported_at": MONDAY, **more}


def happy_row(i, **more):
    """A five-star review that passes every check."""
    text = HAPPY.format(f"in house {i * 7919}")
    return {
        "text": text,
        "metric": "rating",
        "score": 5.0,
        "score_low": 1.0,
        "score_high": 5.0,
        "score_scaled": 1.0,
        **more,
    }


def candidates(rows, labels=None):
    """The candidates out of the rows, all about one praised theme."""
    labels = labels or ["positive"] * len(rows)
    scope = scope_of(rows, ["t2"] * len(rows), labels)
    return find_testimonials(scope, comment_frame(scope.feedback, labels))


def test_a_happy_review_is_a_candidate_with_its_checks_told():
    """What was checked says so; what the data cannot tell is "not checkable", never passed."""
    (found,) = candidates([happy_row(1)])
    assert found.consent == "candidate"
    assert found.checks["first person"] == "passed"
    assert found.checks["no open ticket"].startswith("not checkable")
    assert found.checks[next(k for k in found.checks if "180" in k)].startswith("not checkable")
    assert found.rank == pytest.approx(sum(found.rank_parts.values()))
    assert found.verbatim.text == happy_row(1)["text"]


@pytest.mark.parametrize(
    "change",
    [
        {"score": 4.0, "score_scaled": 0.75},
        {"text": "Great, I love it"},
        {"text": "The heating bill is lower and the set-up was easy and quick and good and nice"},
        {"text": "I wrote to [email] and my heating bill is lower now, I am delighted with it all"},
        {"text": "I am damn delighted with my lower heating bill since we switched to it in March"},
    ],
    ids=["four stars", "too short", "nobody speaks", "redacted", "profane"],
)
def test_what_fails_a_check_is_no_candidate(change):
    """Score, length, first person, personal data and profanity each keep a text out."""
    assert candidates([{**happy_row(1), **change}]) == []


def test_near_duplicates_are_proposed_once_and_an_author_once():
    """The same words from two people are one candidate; so are two texts of one person."""
    twins = [happy_row(1), happy_row(1)]
    assert len(candidates(twins)) == 1
    other = {
        "text": "Our engineer explained everything and I finally understand my meter, brilliant from start to end."
    }
    assert len(candidates([happy_row(1, author="a"), {**happy_row(2), **other, "author": "a"}])) == 1


def test_an_author_with_an_open_ticket_or_a_recent_complaint_is_left_alone():
    """Nobody is asked for praise while they wait for help."""
    closed = ticket(source="desk", author="b", resolved_at=MONDAY, text="")
    assert len(candidates([happy_row(1, author="a"), closed], ["positive", "neutral"])) == 1
    waiting = ticket(source="desk", author="a", text="")
    assert candidates([happy_row(1, author="a"), closed, waiting], ["positive", "neutral", "neutral"]) == []
    unhappy = {"author": "a", "text": "it broke again"}
    assert candidates([happy_row(1, author="a"), unhappy], ["positive", "negative"]) == []


def test_no_open_ticket_is_only_said_where_tickets_know_the_author():
    """Tickets by user names of their own say nothing about a reviewer; tickets of shared authors do."""
    resolved = {"kind": "ticket", "source": "desk", "reported_at": MONDAY, "resolved_at": MONDAY + timedelta(hours=1)}
    for writer, checked in (("somebody else", False), ("a2", True)):
        rows = [{**happy_row(i), "author": f"a{i}"} for i in (1, 2)] + [{**resolved, "author": writer}]
        scope = scope_of(rows, ["t2", "t2", None], ["positive", "positive", "neutral"])
        found = find_testimonials(scope, comment_frame(scope.feedback, ["positive", "positive", "neutral"]))
        assert {(candidate.checks["no open ticket"] == "passed") for candidate in found} == {checked}


@pytest.mark.parametrize("signal", ["request", "churn", "effort praise"])
def test_who_wants_something_is_no_candidate(signal):
    """A delighted customer with a wish is answered, not quoted."""
    scope = scope_of([happy_row(1)], ["t2"], ["positive"])
    comments = comment_frame(scope.feedback, ["positive"])
    (found,) = find_testimonials(scope, comments)
    assert found.checks["no wish"] == "passed"
    scope.mentions["signals"] = signal
    assert find_testimonials(scope, comments) == []


@pytest.mark.parametrize("row", read_rows(PHRASES), ids=lambda row: f"{row[0]} {row[1][:24]}")
def test_every_phrase_finds_its_examples_and_no_counter_example(row):
    """Each row of the list says what it is for, and what it must leave alone."""
    kind, _, examples, counter = (*row, "", "")[:4]
    for text in filter(None, examples.split("|")):
        assert _pattern(kind).search(signal_text(text)), text
    for text in filter(None, counter.split("|")):
        assert not _pattern(kind).search(_pattern("fine").sub(" ", signal_text(text))), text


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("I like the app and it saves me time every day, but the reports are late.", "no reservation"),
        ("It does not save me time and my bill is not any easier to pay each month.", "no reservation"),
        ("So far it saves me an hour every month and my bills are easy to read.", "no doubt or condition"),
        ("It would be great if my bills were easier to read and it saved me an hour.", "no doubt or condition"),
        ("Yeah right, my bill is so much easier to read now and it saves me hours.", "not about ratings"),
        ("Five stars from me because my bills are easier to read and it saves me hours.", "not about ratings"),
        ("My son has autism and this card helps him learn how to manage his money.", "nothing private"),
        ("My mom can send me money and it helps me learn how to save for my phone.", "nothing private"),
        ("Can you believe how easy it is to pay my bills now in one place each month?", "no question"),
        ("I love it so much, it is really great and I am very happy with it all.", "names what it did"),
        ("love it!! u need it, its so easy 2 pay ur bills n save money, im so happy w it", "reads well"),
    ],
)
def test_praise_with_a_hook_is_not_proposed(text, check):
    """Reservations, conditions, sarcasm, ratings, private matters, questions, empty praise, haste keep a text out."""
    assert (against(text) or "").startswith(check)


@pytest.mark.parametrize(
    "text",
    [
        "I could not be happier: my bills are in one place and paying them takes a minute.",
        "We never had any problems and the reminders help us to pay each bill on time.",
        "I don't have to worry about late fees, since it keeps track of my bills for me.",
        "I can't live without it, my statements are easy to read and it saves me an hour.",
    ],
)
def test_praise_in_the_form_of_a_negation_is_praise(text):
    """ "Could not be happier" is no reservation."""
    assert against(text) is None


def test_what_a_text_tells_is_counted():
    """Outcomes, named things and numbers; a text that names nothing tells nothing."""
    full = telling("It saves me 2 hours a month and I can now see every bill, statement and refund in one place.")
    assert (full.outcomes, full.features >= 3, full.numbers, full.tidy) == (2, True, 1, 1.0)
    assert not telling("I love this app so much, it is really the best and I am very happy.").is_specific
    assert full.specificity > telling("It is easy to use and I like it very much indeed.").specificity


def test_material_connections_are_flagged_and_asked_last():
    """By a field of the source, or because the text says so; what the source denies is passed."""
    free = "I got this for free and since then my heating bill is 40 euros lower and easy to read, we love it."
    rows = [happy_row(i, author=f"a{i}", text=text) for i, text in enumerate(DIFFERENT[:4])]
    rows[0] |= {"segment:insider": "Yes", "segment:incentivised": "no"}
    rows[1] |= {"segment:insider": "no", "segment:incentivised": "voucher of 5 euros"}
    rows[2] |= {"segment:insider": "no", "segment:incentivised": "0"}
    rows[3] |= {"text": free}
    found = {one.verbatim.feedback_id: one for one in candidates(rows)}
    told = [found[key] for key in sorted(found, key=lambda key: int(key.strip("f")))]
    assert [one.flags for one in told] == [
        ("employee",),
        ("incentivised: voucher of 5 euros",),
        (),
        ("incentivised: says so itself",),
    ]
    name = "not an employee, not incentivised"
    assert [one.checks[name].split(":")[0] for one in told] == ["to be disclosed"] * 2 + ["passed", "to be disclosed"]
    assert told[0].rank == pytest.approx(sum(told[0].rank_parts.values())) and told[0].rank < told[2].rank
    assert disclosed("I work at this company and love it") == ("employee",)


def test_who_was_decided_on_or_asked_lately_is_not_proposed():
    """Neither a record that marketing has decided on, nor any text of an author who was asked."""
    rows = [happy_row(i, author=f"a{i}") for i in range(3)]
    labels = ["positive"] * 3
    scope = scope_of(rows, ["t2"] * 3, labels)
    comments = comment_frame(scope.feedback, labels)
    first = scope.feedback["feedback_id"].iloc[0]
    [left] = find_testimonials(scope, comments, [first, "a1"])
    assert left.verbatim.feedback_id == scope.feedback["feedback_id"].iloc[2]


def test_a_candidate_has_its_key_and_says_how_usual_it_is():
    """The key is that of its exact words; the share of those who speak well of the theme has its interval."""
    rows = [happy_row(i) for i in range(8)] + [{"text": "set-up failed"}] * 2
    scope = scope_of(rows, ["t2"] * 10, ["positive"] * 8 + ["negative"] * 2)
    found = find_testimonials(scope, comment_frame(scope.feedback, ["positive"] * 8 + ["negative"] * 2))
    one = found[0]
    assert one.key == key_of(one.verbatim.feedback_id, one.verbatim.text)
    assert one.typical == (
        "Of 10 who raised “easy set-up” in the year before, 80 % spoke well of it and not ill (44–95 %)."
    )
    [few] = candidates([happy_row(1)])
    assert few.typical == "Only 1 raised “easy set-up” in the year before: too few to call it typical."


def test_themes_and_groups_vary_among_the_candidates():
    """Of equally good texts those of another theme, then those of another group, come before more of the same."""
    told = zip(DIFFERENT, ["t2", "t2", "t1", "t2"], ["north", "north", "north", "south"], strict=False)
    ranked = [
        Ranked(
            {"feedback_id": str(i), "who": str(i), "text": text, "theme_id": theme, "segment:town": town},
            (),
            {},
            1.0 - i / 1000,
        )
        for i, (text, theme, town) in enumerate(told)
    ]
    assert [one.row["feedback_id"] for one in varied(ranked, 4)] == ["0", "2", "3", "1"]


def test_who_names_an_agent_is_not_proposed():
    """The agent has not agreed to be quoted, with a capital or without; a product of that name, and a penny, may be."""
    named = "I rang and {} solved my billing question in a minute, which saved me a trip to the shop."
    for words, proposed in (("sakshi", 0), ("Sakshi", 0), ("your Penny", 0), ("the team", 1)):
        assert len(candidates([happy_row(1, text=named.format(words))] + [happy_row(2)] * 120)) == 1 + proposed
    penny = "It is worth every penny, for I can read my bill now and it saves me an hour each month."
    assert len(candidates([happy_row(1, text=penny)])) == 1
    assert len(candidates([happy_row(1, text=named.format("Alexa"))] * 2)) == 1
