"""Cells become clean text, dates, numbers and drafts; what cannot be understood becomes a problem."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from extractors.base import RawRecord
from extractors.cleaning import MAX_TEXT, clean_text, glimpse
from extractors.dates import DAY_FIRST, MONTH_FIRST, DateReader
from extractors.mapping import ColumnMapping, Question
from extractors.parsing import RowParser
from extractors.scores import ScoreColumn, read_number, scale_of
from groundswell.errors import ConfigError
from groundswell.records import Draft, Kind, Metric, Problem

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def cleaned(raw: str) -> str:
    """The text without its problems."""
    return clean_text(raw, "text", [])


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a &amp; b &#34;c&#34;", 'a & b "c"'),
        ("&amp;#34;twice&amp;#34;", '"twice"'),
        ("&amp;amp;amp;", "&amp;"),
        ("one<br>two<BR/>three<p>four</p>", "one\ntwo\nthree\nfour"),
        ("hi5 < 6 <3 and <tag> x <b and c> y", "hi5 < 6 <3 and <tag> x <b and c> y"),
        ('<a href="x">link</a><script type="a">var x;</script>!', "link!"),
        ("see ?a=1&copy=2", "see ?a=1&copy=2"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("  NaN ", ""),
        ("None", "None"),
        ("😀", "😀"),
        ("\ud83d\ude00", "😀"),
        ("a\x07b\x00c\u0085d", "abc\nd"),
    ],
)
def test_text_is_cleaned_of_markup_and_controls(raw: str, text: str) -> None:
    """Entities, known tags, control characters and line ends become plain text; everything else stays."""
    assert cleaned(raw) == text


def test_what_was_taken_away_is_said() -> None:
    """NULs, broken surrogates and cuts are counted as problems that never quote the text."""
    problems: list[Problem] = []
    text = clean_text("a\x00b\x00\ud800 " + "word " * 5000, "text", problems)
    assert [problem.reason for problem in problems][:2] == [
        "2 NUL characters removed", "1 broken characters replaced by U+FFFD"
    ]  # fmt: skip
    assert "cut to 20,000 of 25,00" in problems[2].reason
    assert len(text) <= MAX_TEXT and text.endswith("word") and not any(problem.found for problem in problems)


def test_hostile_markup_costs_linear_time() -> None:
    """Patterns that never close are worked off at once; this test would hang otherwise."""
    for piece in ("<a ", "<!--", "<script>", "<style>", "<p>\n ", "&#", "<br ", "<a x="):
        assert len(cleaned(piece * 200_000)) <= MAX_TEXT


def test_a_glimpse_never_shows_a_sentence_or_an_address() -> None:
    """What is shown of a bad value is at most 40 characters and nothing that a customer may have written."""
    assert glimpse("31.31.2020") == "31.31.2020"
    assert glimpse("please call me at home now") == "" and glimpse("me@example.org") == ""
    assert len(glimpse("x" * 100)) == 40
    assert glimpse("x" * 30 + " 4111111111111111") == "x" * 30 + "…"


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2017-10-23 22:55:01+00:00", "2017-10-23T22:55:01"),
        ("2017-10-23T22:55:01Z", "2017-10-23T22:55:01"),
        ("2017-10-23T22:55:01.123+02:00", "2017-10-23T20:55:01.123000"),
        ("2023-06-01 12:15:36 UTC", "2023-06-01T12:15:36"),
        ("2023/6/1", "2023-06-01T00:00:00"),
        ("20260314T101500Z", "2026-03-14T10:15:00"),
        ("26/08/2023 18:39", "2023-08-26T18:39:00"),
        ("3.4.2024, 09:05", "2024-04-03T09:05:00"),
        ("31-Jul-18", "2018-07-31T00:00:00"),
        ("01-Aug-23", "2023-08-01T00:00:00"),
        ("31. März 2018 10:05", "2018-03-31T10:05:00"),
        ("4 juillet 2018", "2018-07-04T00:00:00"),
        ("July 4, 2018 1:05 PM", "2018-07-04T13:05:00"),
        ("12/1/2020 12:00 AM", "2020-01-12T00:00:00"),
        ("Mon, 23 Oct 2017 22:55:01 +0200", "2017-10-23T20:55:01"),
        ("Tue Oct 31 22:10:47 +0000 2017", "2017-10-31T22:10:47"),
        ("1509490000", "2017-10-31T22:46:40"),
        ("1509490000123", "2017-10-31T22:46:40.123000"),
    ],
)
def test_dates_are_read_in_every_form_that_sources_write(value: str, iso: str) -> None:
    """ISO, numeric, named months, mail, epoch: each becomes the same moment in UTC."""
    assert DateReader(DAY_FIRST).read(value) == datetime.fromisoformat(iso).replace(tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "soon", "2018-02-30", "31/13/2020", "13/31/2020", "25:00", "2.10.4", "5"])
def test_what_is_no_date_is_none(value: str) -> None:
    """Nothing is made up."""
    assert DateReader(DAY_FIRST).read(value) is None


def test_an_order_is_never_assumed() -> None:
    """03/04 has no reading without an order, two with; 05/05 has one."""
    assert DateReader().read("03/04/2024") is None
    assert DateReader(DAY_FIRST).read("03/04/2024") == datetime(2024, 4, 3, tzinfo=UTC)
    assert DateReader(MONTH_FIRST).read("03/04/2024") == datetime(2024, 3, 4, tzinfo=UTC)
    assert DateReader().read("05/05/2024") == datetime(2024, 5, 5, tzinfo=UTC)


def test_times_without_a_zone_are_in_the_declared_one() -> None:
    """A declared zone applies to naive times only, summer time included."""
    reader = DateReader(None, ZoneInfo("Europe/Berlin"))
    assert reader.read("2024-07-01 10:00") == datetime(2024, 7, 1, 8, tzinfo=UTC)
    assert reader.read("2024-01-01 10:00") == datetime(2024, 1, 1, 9, tzinfo=UTC)
    assert reader.read("2024-07-01 10:00Z") == datetime(2024, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "number"),
    [("4", 4), ("4.0", 4), ("4,5", 4.5), ("4/5", 4), ("4 stars", 4), ("5 out of 5", 5), ("★★★☆☆", 3),
     ("5 - very satisfied", 5), ("-1", -1), ("four", None), ("", None), ("4 apples", None)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_scores(value: str, number: float | None) -> None:
    """A score may come with its scale, its unit or its label."""
    assert read_number(value) == number


@pytest.mark.parametrize(
    ("name", "values", "metric", "scale"),
    [
        ("NPS", [9, 10, 8], Metric.NPS, (0, 10)),
        ("score", [0, 3, 10], None, (0, 10)),
        ("score", [1, 3, 10], None, (1, 10)),
        ("rating", [1, 5, 4], Metric.RATING, (1, 5)),
        ("rating", [2, 4], Metric.RATING, (1, 5)),
        ("rating", [1, 2, 3] * 20, Metric.RATING, None),
        ("rating", [1, 5, 4] * 100 + [55], Metric.RATING, (1, 5)),
        ("rating", [1, 5, 4] * 10 + [99] * 6, Metric.RATING, (1, 5)),
        ("csat", [1, 7, 3], Metric.CSAT, (1, 7)),
        ("csat", [80, 100, 55], Metric.CSAT, (0, 100)),
        ("How satisfied? (1 to 10)", [3, 4], Metric.CSAT, (1, 10)),
        ("score", [-4, 4], None, None),
        ("score", [500, 4], None, None),
    ],
)
def test_the_scale_follows_from_name_and_values(
    name: str, values: list[float], metric: Metric | None, scale: tuple[float, float] | None
) -> None:
    """The smallest usual scale that holds 99 % of the values; none where none fits."""
    reading = scale_of(name, {float(v): values.count(v) for v in values}, metric)
    assert (reading and (reading.low, reading.high)) == scale


def parsed(fields: dict[str, str], **mapping: object) -> Draft:
    """The draft of one row."""
    columns = ColumnMapping(**mapping)  # type: ignore[arg-type]
    return RowParser(columns, "s", Kind.TICKET, now=NOW).parse(RawRecord(1, fields), "f00d")


def test_each_value_that_cannot_be_understood_is_a_problem() -> None:
    """Bad dates, scores, times and durations become unknown, and each says field, value and reason."""
    draft = parsed(
        {"t": "x", "d": "tomorrow", "s": "11", "r": "2025-01-02", "a": "2025-01-01", "h": "-5", "o": "maybe"},
        questions=(Question(("t",)),), date="d", score=ScoreColumn("s", 0, 10, Metric.NPS), reported="r", responded="a",
        handled="h", reopened="o",
    )  # fmt: skip
    assert draft.occurred_at is None and draft.score is None and draft.service.responded_at is None
    assert draft.service.handled_seconds is None and draft.service.reopened is None
    assert draft.service.reported_at == datetime(2025, 1, 2, tzinfo=UTC)
    assert [(problem.field, problem.found) for problem in draft.problems] == [
        ("d", "tomorrow"), ("s", "11"), ("a", "2025-01-01"), ("h", "-5"), ("o", "maybe")
    ]  # fmt: skip


def test_a_date_in_the_future_or_before_1990_is_unknown() -> None:
    """A typo in the year must not move the period; up to a day ahead is another time zone."""
    for value, known in (
        ("2026-01-15 20:00", True),
        ("2026-01-17", False),
        ("2099-01-01", False),
        ("1970-01-01", False),
    ):
        draft = parsed({"d": value}, date="d")
        assert (draft.occurred_at is not None) is known and (not draft.problems) is known


def test_handling_times_are_read_as_clock_or_number() -> None:
    """A clock time is hours, minutes, seconds; a bare number is in the unit of its column."""
    assert parsed({"h": "1:02:03"}, handled="h").service.handled_seconds == 3723
    assert parsed({"h": "12:30"}, handled="h").service.handled_seconds == 750
    assert parsed({"h": "2,5"}, handled="h", handled_unit=60.0).service.handled_seconds == 150


def test_placeholders_are_nobody() -> None:
    """ "A Google user" is not one author with a thousand comments."""
    assert parsed({"u": "A Google user"}, author="u").author is None
    assert parsed({"u": "Jo"}, author="u", names=("u",)).names == ("Jo",)


def test_a_broken_record_gives_an_empty_draft_with_its_reason() -> None:
    """Nothing of a row whose cells may have shifted is believed."""
    parser = RowParser(ColumnMapping(questions=(Question(("t",)),), id="i"), "s", Kind.SURVEY, now=NOW)
    draft = parser.parse(RawRecord(17, {"t": "x", "i": "1"}, (Problem("row", "", "9 cells"),), broken=True), "f")
    assert (draft.text, draft.source_id, draft.row) == ("", None, 17) and draft.problems[0].reason == "9 cells"


def test_a_mapping_survives_the_settings_file() -> None:
    """A mapping written as a table and read again is the same one, with the same version."""
    mapping = ColumnMapping(
        questions=(Question(("title", "body")),), id="i", date="d", score=ScoreColumn("s", 1, 5, Metric.CSAT, False),
        segments={"version": "v"}, names=("n",), date_orders={"d": DAY_FIRST}, timezone="Europe/Berlin", handled="h",
        handled_unit=60.0, encoding="cp1252",
    )  # fmt: skip
    again = ColumnMapping.from_table(mapping.as_table())
    assert again == mapping and again.version == mapping.version
    assert mapping.used() == {"title", "body", "i", "d", "s", "v", "n", "h"}


@pytest.mark.parametrize(
    "table",
    [{"txt": []}, {"score": {"column": "s"}}, {"score": {"column": "s", "low": 5, "high": 1}}, {"timezone": "Mars"},
     {"date_orders": {"d": "year-first"}}],
)  # fmt: skip
def test_a_wrong_mapping_is_refused(table: dict[str, object]) -> None:
    """A typo in the settings is an error that names the key."""
    with pytest.raises(ConfigError):
        ColumnMapping.from_table(table)


def test_what_a_parser_remembers_is_out_of_sight() -> None:
    """A scheduler that writes down the attributes of an argument finds no customer's words in it (law 3)."""
    parser = RowParser(ColumnMapping(author="who"), "sample", Kind.SURVEY, now=NOW)
    parser.parse(RawRecord(1, {"who": "jane@example.org"}), "f")
    with pytest.raises(TypeError):
        vars(parser)
