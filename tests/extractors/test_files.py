"""A file as a source: pages, cursor, drafts, and every real sample without an option."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from extractors import SOURCES, source_class
from extractors.base import Page, report_leftovers
from extractors.detect import detect
from extractors.files import PAGE_ROWS, FileExtractor
from extractors.mapping import ColumnMapping, Question
from groundswell.errors import ConfigError, SourceError
from groundswell.privacy import Numbering, to_feedback
from groundswell.records import Draft, Kind, Metric

NOW = datetime(2026, 1, 15, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[2].parent / "shared/data"


def extractor(path: Path, **mapping: object) -> FileExtractor:
    """The file with a text column "text" unless told otherwise."""
    columns = ColumnMapping(**{"questions": (Question(("text",)),), **mapping})  # type: ignore[arg-type]
    return FileExtractor([path], columns, source_name="sample", kind=Kind.SURVEY, now=NOW)


def pages_of(source: FileExtractor, state: dict[str, object] | None = None) -> Iterator[Page]:
    """Every page still to be read."""
    for part in source.plan(state or {}, NOW):  # type: ignore[arg-type]
        yield from source.pages(part)


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """25,000 records of two columns."""
    path = tmp_path / "long.csv"
    path.write_text("id,text,other\n" + "".join(f"{i},comment number {i},x\n" for i in range(1, 25_001)))
    return path


def test_pages_hold_ten_thousand_rows_and_a_cursor(long_file: Path) -> None:
    """Three pages, numbered throughout; the cursor tells how far the file was read until it was read to its end."""
    pages = list(pages_of(extractor(long_file, id="id")))
    rows = [(page.rows, page.is_last, page.cursor_after["files"]["long.csv"].get("rows")) for page in pages]
    assert rows == [(PAGE_ROWS, False, 10_000), (PAGE_ROWS, False, 20_000), (5_000, True, None)]
    assert [record.row for page in pages for record in page.records] == list(range(1, 25_001))
    assert {page.origin for page in pages} == {r.origin for page in pages for r in page.records} == {"long.csv"}


def test_a_file_read_in_part_is_read_again_and_one_read_whole_is_not(long_file: Path) -> None:
    """Equal rows are numbered in the order in which they are met, so a file is always read from its first row."""
    first, *_, last = pages_of(extractor(long_file))
    again = [record.row for page in pages_of(extractor(long_file), dict(first.cursor_after)) for record in page.records]
    assert again == list(range(1, 25_001))
    assert extractor(long_file).plan(last.cursor_after, NOW) == []


def test_another_content_or_mapping_is_read_from_the_start(long_file: Path) -> None:
    """A cursor belongs to one content under one mapping."""
    *_, last = pages_of(extractor(long_file, id="id"))
    other = extractor(long_file, id="id", segments={"other": "other"})
    assert sum(page.rows for page in pages_of(other, dict(last.cursor_after))) == 25_000
    long_file.write_text(long_file.read_text() + "25001,one more,x\n")
    assert sum(page.rows for page in pages_of(extractor(long_file, id="id"), dict(last.cursor_after))) == 25_001


def test_a_file_that_changes_under_the_reader_is_refused(long_file: Path) -> None:
    """Rows of a file that is still being written are left for the next run."""
    pages = pages_of(extractor(long_file))
    next(pages)
    long_file.write_text(long_file.read_text() + "25001,one more,x\n")
    with pytest.raises(SourceError, match="was changed while it was read"):
        list(pages)


def test_memory_holds_a_page_and_not_the_file(tmp_path: Path) -> None:
    """A file of 60 MB in cells of 600 kB is read in pages that end early, within a bounded memory."""
    path = tmp_path / "wide.csv"
    with path.open("w") as file:
        file.write("id,text\n")
        for i in range(100):
            file.write(f"{i},{'word ' * 120_000}\n")
    source = extractor(path)
    tracemalloc.start()
    rows = sum(len([source.parse(raw).row for raw in page.records]) for page in pages_of(source))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 100
    # Two pages of 32 Mi characters at most (one being replaced by the next), with room for the readers.
    assert peak < 100 * 2**20


def test_unused_columns_are_reported_once_by_name(long_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A column that nothing uses is named in the log once per run, its values never."""
    list(pages_of(extractor(long_file, id="id")))
    assert [record.getMessage() for record in caplog.records] == ["sample: not used and not stored: other"]
    seen = {"other"}
    assert report_leftovers("sample", ["other", "new"], seen) == ("new",)


def test_a_mapped_column_that_is_gone_is_a_mistake_in_the_settings(long_file: Path) -> None:
    """A renamed column stops the run before anything is read."""
    with pytest.raises(ConfigError, match=r"no column 'nps'.*id, text, other"):
        list(pages_of(extractor(long_file, id="nps")))


def test_every_answer_is_a_feedback_of_its_response(tmp_path: Path) -> None:
    """Two questions give two drafts under one response id; empty rows are counted as skipped."""
    path = tmp_path / "two.csv"
    path.write_text("id,a,b,score\n1,good,bad,5\n2,,slow,1\n3,,,2\n,,,\n")
    questions = (Question(("a",)), Question(("b",)))
    source = extractor(path, questions=questions, id="id")
    (page,) = pages_of(source)
    drafts = [source.parse(raw) for raw in page.records]
    assert [(d.row, d.text, d.source_id, d.response_id, d.segments["question"]) for d in drafts] == [
        (1, "good", "1#1", "1", "a"), (1, "bad", "1#2", "1", "b"),
        (2, "slow", "2#2", "2", "b"), (3, "", "3#1", "3", "a"),
    ]  # fmt: skip
    assert (page.rows, dict(page.skipped)) == (4, {"empty row": 1})
    source = extractor(path, questions=questions)
    (page,) = pages_of(source)
    first, second, third, _ = (source.parse(raw) for raw in page.records)
    assert first.source_id is None and first.response_id == second.response_id != third.response_id


@pytest.mark.parametrize("type_", SOURCES)
def test_every_source_has_the_one_shape(type_: str) -> None:
    """Each registered source can be imported and offers plan, pages and parse."""
    assert all(callable(getattr(source_class(type_), name)) for name in ("plan", "pages", "parse"))


def test_an_unknown_source_type_is_refused() -> None:
    """A typo in `type` names the known ones."""
    with pytest.raises(ConfigError, match="known are file"):
        source_class("files")


HELP_DESK = "support_csat_shopzilla/support_csat.csv.gz"
# Contacts whose answer is dated midnight, before the question: no time of day was kept.
PROBLEMS = {HELP_DESK: {"issue_responded": 635}}
columns_of = cache(detect)

# file, kind, records, text columns, date, (score, metric), records with text, with date, with score
REAL = [
    ("app_reviews_greenlight/greenlight_google_play_reviews.csv.gz", Kind.REVIEW, 7_476, ("content",), "at",
     ("score", Metric.RATING), (7_476, 7_476, 7_476)),
    ("app_reviews_hotstar/hotstar_google_play_reviews.csv", Kind.REVIEW, 10_000, ("content",), "at",
     ("score", Metric.RATING), (10_000, 10_000, 10_000)),
    ("app_review_types/app_review_types.csv", Kind.REVIEW, 8_000, ("review",), None, None, (8_000, 0, 0)),
    ("shop_reviews_amazon_alexa/amazon_alexa.tsv", Kind.REVIEW, 3_150, ("verified_reviews",), "date",
     ("rating", Metric.RATING), (3_071, 3_150, 3_150)),
    ("shop_reviews_womens_clothing/womens_clothing_reviews.csv.gz", Kind.REVIEW, 23_486, ("Title", "Review Text"),
     None, ("Rating", Metric.RATING), (22_642, 0, 23_486)),
    ("banking77/train.csv", Kind.TICKET, 10_003, ("text",), None, None, (10_003, 0, 0)),
    (HELP_DESK, Kind.TICKET, 17_182, ("Customer Remarks",), "Survey_response_Date",
     ("CSAT Score", Metric.CSAT), (5_833, 17_182, 17_182)),
    ("support_tweets_labeled/support_tweets.csv", Kind.TICKET, 600, ("text",), "created_at", None, (600, 600, 0)),
    ("nps_survey_telecom/nps_verbatims.csv", Kind.SURVEY, 2_385, ("text",), "CUSTOMER_RESPONSE_DATE",
     ("NPS_SCORE", Metric.NPS), (2_385, 2_385, 2_353)),
]  # fmt: skip


def test_a_grown_file_of_several_questions_repeats_its_records(tmp_path: Path) -> None:
    """Rows without an id give the same records again when more rows stand below them, whatever they answer."""
    path, ids = tmp_path / "survey.csv", []
    for rows in (30, 40):
        lines = (f"I like thing {i},please change thing {i},{i % 11}\n" for i in range(rows))
        path.write_text("text,more,nps\n" + "".join(lines))
        source = extractor(path, questions=(Question(("text",)), Question(("more",))))
        drafts = [source.parse(raw) for page in pages_of(source) for raw in page.records]
        numbering = Numbering()
        ids.append([to_feedback(draft, b"k" * 32, numbering).id for draft in drafts])
    assert len(set(ids[1])) == 80 and ids[1][:60] == ids[0]


@pytest.mark.parametrize(("name", "kind", "rows", "text", "date", "score", "held"), REAL, ids=[r[0] for r in REAL])
def test_real_files_need_no_option(
    name: str,
    kind: Kind,
    rows: int,
    text: tuple[str, ...],
    date: str | None,
    score: tuple[str, Metric] | None,
    held: tuple[int, int, int],
) -> None:
    """Every public sample is detected without an option and read to the last record."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} of shared/data is not beside this checkout")
    detected = columns_of(path)
    mapping = detected.mapping
    assert detected.kind is kind and mapping.questions == (Question(text),) and mapping.date == date
    assert (mapping.score and (mapping.score.column, mapping.score.metric)) == score
    source = FileExtractor([path], mapping, source_name="s", kind=kind, now=NOW)
    drafts: Iterator[Draft] = (source.parse(raw) for page in pages_of(source) for raw in page.records)
    counts: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    for draft in drafts:
        counts.update(n=1, text=bool(draft.text), date=draft.occurred_at is not None, score=draft.score is not None)
        problems.update(problem.field for problem in draft.problems)
    assert (counts["n"], counts["text"], counts["date"], counts["score"]) == (rows, *held)
    assert problems == PROBLEMS.get(name, {})


def test_the_help_desk_sample_keeps_times_and_people() -> None:
    """Times are read day first, and the names of agents and managers are collected for redaction."""
    path = DATA / HELP_DESK
    if not path.exists():
        pytest.skip("support_csat_shopzilla of shared/data is not beside this checkout")
    mapping = columns_of(path).mapping
    assert mapping.date_orders == {"Issue_reported at": "day-first", "issue_responded": "day-first"}
    assert mapping.names == ("Agent_name", "Supervisor", "Manager") and mapping.id == "Unique id"
