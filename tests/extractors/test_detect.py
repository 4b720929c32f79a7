"""Columns are found without configuration; what cannot be decided is asked for, never assumed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.detect import Detected, Overrides, detect
from extractors.mapping import Question
from extractors.scores import ScoreColumn
from groundswell.errors import ConfigError, SourceError
from groundswell.records import Kind, Metric

NOW = datetime(2026, 1, 15, tzinfo=UTC)
Detect = Callable[..., Detected]


@pytest.fixture
def found(tmp_path: Path) -> Detect:
    """Detects the columns of a text given as a file."""

    def run(content: str, name: str = "sample.csv", now: datetime = NOW, **options: object) -> Detected:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return detect(path, overrides=Overrides(**options), now=now)  # type: ignore[arg-type]

    return run


def test_a_ticket_export_is_understood(found: Detect) -> None:
    """Titles join bodies, the agent's text stays out, ids, people, times and segments find their fields."""
    head = (
        "Ticket ID,Customer Name,Customer Email,Customer Age,Date of Purchase,Ticket Type,Ticket Subject,"
        "Ticket Description,Resolution,Agent,Ticket Channel,Created,First Response Time,Resolved At,AHT (min),Reopened,"
        "Customer Satisfaction Rating\n"
    )
    day = "2025-03-{:02}"
    rows = "".join(
        f"{i},Ann Lee{chr(97 + i)},a{i}@x.org,{30 + i},2020-01-{i + 1:02},Refund,Broken again {i},It broke on day {i},"
        f"We sent it {i} to you,Bo Li,Phone,{day.format(i + 1)} 08:00,{day.format(i + 1)} 09:30,"
        f"{day.format(i + 1)} 12:00,12,no,{i % 5 + 1}\n"
        for i in range(25)
    )
    detected = found(head + rows)
    mapping = detected.mapping
    assert detected.kind is Kind.TICKET
    assert mapping.questions == (Question(("Ticket Subject", "Ticket Description")),)
    assert mapping.score == ScoreColumn("Customer Satisfaction Rating", 1, 5, Metric.CSAT)
    assert (mapping.id, mapping.author, mapping.date) == ("Ticket ID", "Customer Email", "Created")
    assert (mapping.reported, mapping.responded, mapping.resolved) == ("Created", "First Response Time", "Resolved At")
    assert (mapping.handled, mapping.handled_unit, mapping.reopened) == ("AHT (min)", 60.0, "Reopened")
    assert mapping.names == ("Customer Name", "Agent")
    assert mapping.segments == {"category": "Ticket Type", "channel": "Ticket Channel"}
    assert "Resolution" not in mapping.used()


def test_two_open_questions_stay_two(found: Detect) -> None:
    """Answers to different questions are feedbacks of their own; a whole question can name the score."""
    detected = found(
        "Response ID,Submitted,How likely are you to recommend us? (0-10),What did you like?,What should we improve?\n"
        "R1,2025-05-01,9,the staff was nice,the price is high\nR2,2025-05-02,3,,it is slow and late\n"
    )
    assert detected.kind is Kind.SURVEY
    assert [question.columns[0] for question in detected.mapping.questions] == [
        "What did you like?",
        "What should we improve?",
    ]
    assert detected.mapping.score and detected.mapping.score.metric is Metric.NPS


@pytest.mark.parametrize(
    ("header", "text"),
    [("Kommentar;Bewertung", "Kommentar"), ("Avis;Etoiles", "Avis"), ("Comentario;Valoración", "Comentario"),
     ("评论;评分", "评论"), ("Отзыв;Оценка", "Отзыв"), ("コメント;評価", "コメント")],
)  # fmt: skip
def test_names_in_other_languages_are_known(found: Detect, header: str, text: str) -> None:
    """Exports in other languages need no option."""
    mapping = found(f"{header}\nalles sehr gut hier;5\nnicht so gut;2\n").mapping
    assert mapping.questions == (Question((text,)),)
    assert mapping.score and (mapping.score.low, mapping.score.high) == (1, 5)


def test_free_text_needs_no_telling_name(found: Detect) -> None:
    """The longest free text is taken where no name helps, and the line says so."""
    detected = found("q7,x\nthe delivery came far too late again,1\nall was good and fast this time,2\n")
    assert detected.mapping.questions == (Question(("q7",)),)
    assert any("the longest free text" in line for line in detected.lines())


def test_flags_counts_and_ages_are_no_scores(found: Detect) -> None:
    """0/1 flags, counts and ages never win over a real score, and are none without one."""
    body = "review,thumbs_up_count,feedback,recommended,age{}\nvery good thing,7,1,1,33{}\nvery bad thing,0,0,0,44{}\n"
    assert found(body.format("", "", "")).mapping.score is None
    score = found(body.format(",stars", ",5", ",1")).mapping.score
    assert score and score.column == "stars"


def test_zero_to_ten_is_nps_only_with_a_zero_or_by_name(found: Detect) -> None:
    """1-10 without a 0 is a rating; a 0 among whole numbers up to 10, or the name, makes it NPS."""
    for name, values, metric, low in (
        ("score", "1 10", Metric.RATING, 1), ("score", "0 10", Metric.NPS, 0), ("nps", "7 10", Metric.NPS, 0)
    ):  # fmt: skip
        first, second = values.split()
        score = found(f"comment,{name}\nvery good thing,{first}\nbad thing,{second}\n").mapping.score
        assert score and (score.metric, score.low, score.high) == (metric, low, 10)


@pytest.mark.parametrize(
    ("name", "values"),
    [("Note", (1, 6)), ("Bewertung", (1, 6)), ("Bewertung (1 = sehr gut)", (1, 5)), ("rating 1: excellent", (1, 5)),
     ("customer effort score", (1, 7))],
)  # fmt: skip
def test_a_direction_that_cannot_be_told_is_asked_for(found: Detect, name: str, values: tuple[int, int]) -> None:
    """School grades, "1 = very good" and effort are refused until the direction is declared."""
    text = f"comment,{name}\nvery good thing,{values[0]}\nbad thing,{values[1]}\n"
    with pytest.raises(SourceError, match="--higher-is-better or --lower-is-better"):
        found(text)
    score = found(text, higher_is_better=False).mapping.score
    assert score and score.higher_is_better is False
    assert found(text, columns={"score": ""}).mapping.score is None


def test_a_scale_that_cannot_be_told_is_asked_for(found: Detect) -> None:
    """Sixty ratings of 1-3 are no 1-5 scale; --scale settles it."""
    text = "comment,rating\n" + "".join(f"thing {i} is good,{i % 3 + 1}\n" for i in range(60))
    with pytest.raises(SourceError, match="--scale LOW:HIGH"):
        found(text)
    score = found(text, scale=(1.0, 3.0)).mapping.score
    assert score and score.high == 3


DATES = "date,comment,rating\n{},good thing,5\n{},bad thing,1\n"


def test_an_undecided_date_order_is_refused(found: Detect) -> None:
    """03/04 is not read by habit: the column, an example and both options are named."""
    text = DATES.format("03/04/2025", "05/06/2025")
    with pytest.raises(SourceError, match=r"'date': '03/04/2025'.*--day-first or --month-first"):
        found(text)
    assert found(text, day_first=True).mapping.date_orders == {"date": "day-first"}
    assert found(text, day_first=False).mapping.date_orders == {"date": "month-first"}


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [("03/04/2025", "13/04/2025", "day-first"), ("03/04/2025", "04/13/2025", "month-first"),
     ("05/05/2025", "06/06/2025", None), ("02/01/2026", "01/02/2025", "day-first")],
)  # fmt: skip
def test_the_order_is_decided_by_evidence(found: Detect, first: str, second: str, order: str | None) -> None:
    """A value above 12 decides, or a future that cannot be; where both readings agree nothing is needed."""
    decided = found(DATES.format(first, second)).mapping.date_orders
    assert decided == ({"date": order} if order else {})


def test_mixed_orders_are_refused(found: Detect) -> None:
    """Two orders in one column are said with an example of each."""
    with pytest.raises(SourceError, match="mixes two orders: '13/04/2025'.*'04/13/2025'"):
        found(DATES.format("13/04/2025", "04/13/2025"))


def test_evidence_beyond_the_sample_counts(found: Detect) -> None:
    """A single telling date at the very end of a long file decides."""
    rows = "".join(f"0{i % 9 + 1}/0{(i + 1) % 9 + 1}/2025,thing number {i},5\n" for i in range(45_000))
    orders = found("date,comment,rating\n" + rows + "31/01/2025,last,1\n").mapping.date_orders
    assert orders == {"date": "day-first"}


def test_other_columns_and_the_order_of_rows_are_evidence(found: Detect) -> None:
    """A sure column beside it, plain dates nearby, or rows in the order of time decide as well."""
    sure = "created,closed,ticket text\n" + "03/04/2025,13/04/2025,it broke again\n04/05/2025,14/05/2025,it is fine\n"
    assert found(sure).mapping.date_orders["created"] == "day-first"
    near = "ticket created,review_date,comment\n" + "".join(
        f"0{i}/04/2025,0{i}-Apr-25,thing {i}\n" for i in range(5, 10)
    )
    assert found(near, kind=Kind.TICKET).mapping.date_orders == {"ticket created": "day-first"}
    rows = [f"{day:02}/{month:02}/2025" for month in range(1, 4) for day in range(1, 13)]
    assert found("date,comment\n" + "".join(f"{d},thing here\n" for d in rows)).mapping.date_orders == {
        "date": "day-first"
    }


def test_a_repeated_id_is_no_id(found: Detect) -> None:
    """An id that repeats anywhere in the file would merge different records, so none is used."""
    rows = "".join(f"{i},thing number {i}\n" for i in range(6000))
    assert found("ticket_id,comment\n" + rows).mapping.id == "ticket_id"
    detected = found("ticket_id,comment\n" + rows + "5999,other\n")
    assert detected.mapping.id is None and any("ticket_id repeat" in line for line in detected.lines())


def test_a_kind_that_cannot_be_known_is_asked_for(found: Detect) -> None:
    """Equal signs of two kinds are refused; a text alone is taken as an answer, and the line says so."""
    with pytest.raises(SourceError, match=r"--kind survey\|ticket"):
        found("comment,issue,nps\nvery good thing,late,9\nbad thing,slow,0\n")
    alone = found("text\nvery good thing\nbad thing\n")
    assert alone.kind is Kind.SURVEY and "no sign of a kind" in alone.lines()[1]
    assert found("text\nvery good thing\nbad thing\n", kind=Kind.REVIEW).kind is Kind.REVIEW
    assert found("text,category\nvery good thing,a\nbad thing,b\n").kind is Kind.TICKET


def test_options_win_and_are_found_whatever_their_case(found: Detect) -> None:
    """Columns named by the user are taken, also by --column, and an empty one switches a field off."""
    head = "a_text,b_text,when_said,num,who,kind_of\n"
    text = head + "very good thing,x y,2025-01-01,3,u1,k\nbad thing,z w,2025-01-02,2,u2,k\n"
    mapping = found(
        text, text=("B TEXT",), date="when_said", score="NUM", scale=(0.0, 4.0), metric=Metric.CSAT, author="who",
        columns={"category": "kind_of", "id": ""},
    ).mapping  # fmt: skip
    assert mapping.questions == (Question(("b_text",)),) and mapping.author == "who"
    assert mapping.score == ScoreColumn("num", 0, 4, Metric.CSAT) and mapping.segments == {"category": "kind_of"}


@pytest.mark.parametrize(
    ("options", "message"),
    [({"text": ("coment",)}, "no column 'coment', did you mean 'comment'"), ({"score": "zzz"}, "no column 'zzz'"),
     ({"columns": {"versoin": "comment"}}, "no field 'versoin', did you mean 'version'"),
     ({"timezone": "Mars/Base"}, "timezone 'Mars/Base'")],
)  # fmt: skip
def test_a_wrong_option_is_refused_with_the_nearest_name(
    found: Detect, options: dict[str, object], message: str
) -> None:
    """A typo is an error that helps."""
    with pytest.raises(ConfigError, match=message):
        found("comment,rating\nvery good thing,5\nbad thing,1\n", **options)


def test_a_file_with_nothing_to_read_is_refused(found: Detect) -> None:
    """Neither text nor score: the columns and --text are named."""
    with pytest.raises(SourceError, match="its columns are a, b.*--text COL"):
        found("a,b\n1,2\n3,4\n")


def test_every_choice_is_printed_with_its_reason(found: Detect) -> None:
    """What was decided reads as one line per field, what is not used by name."""
    lines = found("review,NPS_SCORE,foo\nvery good thing,0,1\nbad thing,10,2\n", kind=Kind.SURVEY).lines()
    assert (
        "score = NPS_SCORE: whole numbers on a scale of 0-10 (that of NPS), its name says nps -> nps, higher is better"
        in lines
    )
    assert "not used = foo: neither read nor stored" in lines
