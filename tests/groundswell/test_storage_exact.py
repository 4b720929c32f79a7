"""What goes in comes out: the same on both databases, or a clear refusal."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from groundswell.database import open_engine
from groundswell.errors import StoreError
from groundswell.frames import FEEDBACK, SEGMENT, empty_frame
from groundswell.records import Feedback, Kind, Metric, Problem, Quarantined, Score, Service
from groundswell.storage import Store

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
PLAIN = Feedback("s", "1", Kind.SURVEY, "1", "text", "hash")
_names = itertools.count()

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
maybe_text = st.none() | texts
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.none() | st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1), timezones=zones)
numbers = st.floats(-1e6, 1e6)
scores = st.builds(
    lambda value, low, length, metric, up: Score(value, low, low + length, metric, up),
    numbers,
    st.floats(-1e3, 1e3),
    st.floats(0.5, 1e3),
    st.sampled_from(Metric),
    st.booleans(),
)
services = st.builds(
    Service,
    times,
    times,
    times,
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.booleans(),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    maybe_text,
)
records = st.builds(
    Feedback,
    source=st.just("s"),
    source_id=texts,
    kind=st.sampled_from(Kind),
    reference=texts,
    text=texts,
    content_hash=texts,
    occurred_at=times,
    score=st.none() | scores,
    author=maybe_text,
    response_id=maybe_text,
    language=maybe_text,
    segments=st.dictionaries(texts, texts, max_size=2),
    service=services,
    redactions=st.dictionaries(texts, st.integers(0, 99), max_size=2),
    problems=st.lists(st.builds(Problem, texts, texts, texts), max_size=2).map(tuple),
    row=st.integers(0, 2**53),
)


def expected_frame(saved: Sequence[Feedback]) -> pd.DataFrame:
    """The frame of these records, written down cell by cell."""
    ordered = sorted(saved, key=lambda record: (record.source, record.row, record.id))
    rows: list[dict[str, Any]] = []
    for record in ordered:
        score, service = record.score, record.service
        row: dict[str, Any] = {name: getattr(record, name, None) for name in FEEDBACK}
        row |= {"feedback_id": record.id, "kind": record.kind.value, "score": None if score is None else score.value}
        if score is not None:
            row |= {"metric": score.metric.value, "score_low": score.low, "score_high": score.high}
            row |= {"score_scaled": score.scaled}
        row |= {name: getattr(service, name) for name in FEEDBACK if hasattr(service, name)}
        rows.append(row)
    frame = pd.DataFrame({name: _column([row[name] for row in rows], dtype) for name, dtype in FEEDBACK.items()})
    for name in sorted({name for record in ordered for name in record.segments}):
        frame[SEGMENT + name] = pd.Series([record.segments.get(name) for record in ordered], dtype="object")
    return frame


def _column(values: list[Any], dtype: str) -> pd.Series[Any]:
    if dtype.startswith("datetime64"):
        utc = [None if value is None else value.astimezone(UTC) for value in values]
        return pd.Series(utc, dtype=dtype)
    return pd.Series(values, dtype=dtype)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(records, min_size=1, max_size=8, unique_by=lambda record: record.source_id))
def test_every_record_comes_back_exactly(store: Store, saved: list[Feedback]) -> None:
    """Any record that is saved comes back in the frame with the same texts, numbers to the bit, times and gaps."""
    source = f"source {next(_names)}"
    saved = [replace(record, source=source) for record in saved]
    load = store.open_load(source, Kind.SURVEY, START)
    store.save_page(load, saved, [], {}, {})
    store.close_load(load, "accepted")
    frame = store.load_feedback([source])
    pd.testing.assert_frame_equal(frame, expected_frame(saved), check_exact=True)
    # assert_frame_equal takes None and NaN for the same thing.
    for name in (name for name in frame if frame[name].dtype == object):
        assert all(value is None or isinstance(value, str | bool) for value in frame[name])


@pytest.mark.parametrize("size", [3, 200])
def test_awkward_texts_survive_in_bulk(store: Store, size: int) -> None:
    """Tabs, line ends, backslashes, emoji and \\N come back as they were, in a small page and in a large one."""
    awkward = [
        "\t\n\r\\",
        "\\N",
        "\\.",
        "a\r\nb",
        '"; DROP TABLE feedback; --',
        "👍🏽 é ﷽",
        "",
        "\\x00",
        "%s :name {x}",
    ]
    saved = [
        replace(PLAIN, source_id=str(n), text=awkward[n % len(awkward)], row=n, segments={"a\tb": awkward[n % 9]})
        for n in range(size)
    ]
    load = store.open_load("s", Kind.SURVEY, START)
    store.save_page(load, saved, [], {"a\tb\\": 1}, {"after": "\\"})
    store.close_load(load, "accepted")
    assert list(store.load_feedback()["text"]) == [record.text for record in saved]
    assert list(store.load_feedback()["segment:a\tb"]) == [record.segments["a\tb"] for record in saved]
    assert store.accounting()[0].skipped == {"a\tb\\": 1} and store.load_cursor("s") == {"after": "\\"}


def test_a_pandas_time_is_taken_like_any_other(store: Store) -> None:
    """A pandas Timestamp is stored as its UTC time to the microsecond, and NaT as no time."""
    moment = pd.Timestamp("2026-11-16 07:00:00.123456", tz="Asia/Kolkata")
    saved = [
        replace(PLAIN, occurred_at=moment.to_pydatetime()),
        replace(PLAIN, source_id="2", row=1, occurred_at=moment),
        replace(PLAIN, source_id="3", row=2, occurred_at=pd.NaT),  # type: ignore[arg-type]
    ]
    load = store.open_load("s", Kind.SURVEY, START)
    store.save_page(load, saved, [], {}, {})
    store.close_load(load, "accepted")
    found = store.load_feedback()["occurred_at"]
    assert found[0] == found[1] == moment and pd.isna(found[2])


def test_an_empty_store_gives_an_empty_frame(store: Store) -> None:
    """Before the first load the frame has its columns and dtypes and no row."""
    pd.testing.assert_frame_equal(store.load_feedback(), empty_frame(FEEDBACK))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (replace(PLAIN, text="a\0b"), "'text' of record '1' holds a NUL"),
        (replace(PLAIN, source_id="\ud83d"), "'source_id' of record '1' holds a lone surrogate at position 0"),
        (replace(PLAIN, author="\ud83d"), "'author' of record '1' holds a lone surrogate"),
        (replace(PLAIN, segments={"version": "4\0"}), "a segment of record '1' holds a NUL"),
        (
            replace(PLAIN, occurred_at=datetime(2026, 1, 1)),
            "'occurred_at' of record '1' is 2026-01-01T00:00:00 and has",
        ),
        (replace(PLAIN, score=Score(math.nan, 1, 5, Metric.CSAT)), "'score' of record '1' is nan"),
        (replace(PLAIN, score=Score(3, 5, 5, Metric.CSAT)), "a scale from 5 to 5"),
        (replace(PLAIN, service=Service(handled_seconds=math.inf)), "'handled_seconds' of record '1' is inf"),
        (replace(PLAIN, service=Service(compensation=math.nan)), "'compensation' of record '1' is nan"),
    ],
)
def test_what_no_database_keeps_is_refused(store: Store, record: Feedback, message: str) -> None:
    """A value that one of the databases would change in silence stops its page, with source, record and field."""
    load = store.open_load("s", Kind.SURVEY, START)
    with pytest.raises(StoreError, match="nothing of this page was saved") as caught:
        store.save_page(load, [replace(PLAIN, source_id="0"), record], [], {}, {"page": 1})
    assert message in str(caught.value) and str(caught.value).startswith("s: ")
    assert "\n" not in str(caught.value)
    assert store.close_load(load, "accepted").read == 0 and len(store.load_feedback()) == 0


def test_a_refused_record_with_a_nul_is_refused(store: Store) -> None:
    """Quarantine keeps texts as exactly as feedback does, so it refuses the same ones."""
    load = store.open_load("s", Kind.SURVEY, START)
    with pytest.raises(StoreError, match="s: refused row 7 holds a NUL"):
        store.save_page(load, [], [Quarantined("s", Kind.SURVEY, 7, "h", {"text": "\0"}, ())], {}, {})


def test_both_databases_say_the_same(store: Store, sqlite_template: Any, tmp_path: Any) -> None:
    """The same records give the same frame, to the bit, on SQLite and on PostgreSQL."""
    from groundswell.storage import open_store

    saved = [
        replace(
            PLAIN,
            source_id=f"{n}",
            row=n % 7,
            text="Äé" * n,
            score=Score(n / 3, 0, 10, Metric.NPS),
            occurred_at=START + timedelta(microseconds=n),
        )
        for n in range(120)
    ]
    frames = []
    with open_store(tmp_path / "other.db") as other:
        for each in (store, other):
            load = each.open_load("s", Kind.SURVEY, START)
            each.save_page(load, saved, [], {}, {})
            each.close_load(load, "accepted")
            frames.append(each.load_feedback())
    pd.testing.assert_frame_equal(*frames, check_exact=True)


def test_a_statement_that_fails_shows_no_customer_s_words(url: str) -> None:
    """What a database says of a wrong statement ends in logs and run states: it comes without the values."""
    engine = open_engine(url)
    with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM no_such_table WHERE a = :words"), {"words": "call me on 0171"})
    engine.dispose()
    assert "no_such_table" in str(caught.value) and "0171" not in str(caught.value)
