"""The results of an analysis, the cache of vectors and the published digests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from groundswell import tables
from groundswell.errors import StoreError
from groundswell.frames import CLAUSES, COMMENTS, THEMES, empty_frame
from groundswell.records import Kind
from groundswell.storage import Store

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)


def analysis(n: int = 6) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """An analysis with a gap in every column that may have one."""
    gap = np.where(np.arange(n) % 3 == 0, np.nan, np.arange(n) / 7)
    clauses = {
        "feedback_id": [f"id{i // 2}" for i in range(n)],
        "start": np.arange(n),
        "end": np.arange(n) + 9,
        "text": ["tab\there", "back\\slash", "line\nend", "\\N", "", "👍"] * (n // 6),
        "sentence": np.zeros(n),
        "language": ["en"] * n,
        "contentless": np.arange(n) % 2 == 0,
        "sentiment": gap,
        "label": ["negative"] * n,
        "theme_id": [None, "T1", "T2"] * (n // 3),
        "sub_theme_id": [None, "T3", None] * (n // 3),
        "similarity": gap[::-1],
        "signals": ["", "churn", "escalation request"] * (n // 3),
    }
    comments = {
        "feedback_id": ["id2", "id0", "id1"],
        "language": ["en", "und", "de"],
        "sentiment": [0.1 + 0.2, np.nan, -1.0],
        "label": ["positive", "unscored", "negative"],
        "method": ["vader", None, "blend"],
        "duplicate": [None, "near", "template"],
    }
    themes = {
        "theme_id": ["T1", "T2"],
        "label": ["Card delivery", "Charged twice"],
        "keywords": [["card", "étape", 'a"b'], []],
        "clauses": [12, 3],
        "cohesion": [0.75, np.nan],
        "parent": [None, "T1"],
        "status": ["active", "new"],
        "origin": ["guided", "emerged"],
        "opened": [pd.Timestamp("2026-11-16 05:00:00.000001", tz="UTC"), pd.NaT],
        "stability": [np.nan, 0.1 + 0.2],
        "journey_stage": ["get help", None],
        "owner": [None, "Zoë"],
    }
    frames = ((clauses, CLAUSES), (comments, COMMENTS), (themes, THEMES))
    made = [pd.DataFrame({k: pd.Series(v, dtype=dtypes[k]) for k, v in data.items()}) for data, dtypes in frames]
    return made[0], made[1], made[2]


@pytest.mark.parametrize("n", [6, 6_000])
def test_an_analysis_comes_back_exactly(store: Store, n: int) -> None:
    """Clauses, comments and themes come back in their order, with every gap, number and text as it was."""
    saved = analysis(n)
    store.save_analysis(*saved)
    for before, after in zip(saved, store.load_analysis(), strict=True):
        pd.testing.assert_frame_equal(before, after, check_exact=True)
    assert store.load_analysis()[0]["theme_id"][0] is None


def test_a_new_analysis_replaces_the_old_one_as_a_whole(store: Store) -> None:
    """Nothing of the last analysis is left; one that fails half-way leaves the last one as it was."""
    store.save_analysis(*analysis(60))
    clauses, comments, themes = analysis(6)
    with pytest.raises(StoreError, match="column 'label' of table 'theme' holds a NUL"):
        store.save_analysis(clauses, comments, themes.assign(label="\0"))
    assert len(store.load_analysis()[0]) == 60
    store.save_analysis(clauses, comments, themes)
    assert len(store.load_analysis()[0]) == 6


def test_no_analysis_is_three_empty_frames(store: Store) -> None:
    """Before the first analysis, and after an empty one, the frames have their columns and dtypes and no row."""
    empty = tuple(empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES))
    for _ in range(2):
        for frame, found in zip(empty, store.load_analysis(), strict=True):
            pd.testing.assert_frame_equal(frame, found)
        store.save_analysis(*empty)


def test_text_columns_of_pandas_own_kind_are_taken(store: Store) -> None:
    """A column of pandas' string dtype, whose gaps are NaN, is stored like one of objects, whose gaps are None."""
    clauses, comments, themes = analysis()
    store.save_analysis(clauses.astype({"theme_id": "str", "text": "str"}), comments, themes)
    pd.testing.assert_frame_equal(store.load_analysis()[0], clauses)


def test_a_frame_with_other_columns_is_refused(store: Store) -> None:
    """A column too many or too few is a mistake of ours and is named."""
    clauses, comments, themes = analysis()
    with pytest.raises(ValueError, match="table 'clause' has the columns"):
        store.save_analysis(clauses.drop(columns="label"), comments, themes)
    with pytest.raises(ValueError, match="table 'theme' has the columns"):
        store.save_analysis(clauses, comments, themes.assign(rank=None))


@pytest.mark.parametrize(
    ("table", "columns"), [(tables.clause, CLAUSES), (tables.comment_sentiment, COMMENTS), (tables.theme, THEMES)]
)
def test_the_tables_have_the_columns_of_the_frames(table: Any, columns: dict[str, str]) -> None:
    """Each frame of an analysis and its table have the same columns; in the table those added later come last."""
    assert sorted(column.name for column in table.columns) == sorted(["position", *columns])


def test_vectors_are_kept_by_key_and_model(store: Store) -> None:
    """A vector comes back to the byte, under its own model only; the first one of a key stays."""
    vectors = {f"key {n}": np.arange(n, n + 8, dtype="<f2").tobytes() for n in range(300)} | {"empty": b""}
    store.save_vectors(vectors, "one")
    store.save_vectors({"key 1": b"other", "key 999": b"\0\\\t\n"}, "one")
    found = store.known_vectors([*vectors, "key 999", "unknown"], "one")
    assert found == {**vectors, "key 999": b"\0\\\t\n"}
    assert store.known_vectors(vectors, "two") == {} and store.known_vectors([], "one") == {}


def test_a_hundred_thousand_keys_may_be_asked_for(store: Store) -> None:
    """More keys than a statement can have parameters are looked up in pieces."""
    store.save_vectors({"7": b"v7", "99999": b"v99999"}, "m")
    assert store.known_vectors((str(n) for n in range(100_000)), "m") == {"7": b"v7", "99999": b"v99999"}


def test_a_digest_is_published_once(store: Store) -> None:
    """The same fingerprint gives back the stored revision and its JSON byte for byte, whatever is handed in."""
    text = '{"b": 1,\r\n "a": "é👍\\u0000\\\\"}\n'
    first = store.save_digest("product", "2026-W46", "f1", text)
    again = store.save_digest("product", "2026-W46", "f1", "{}", "because")
    assert first == again == store.latest_digest("product", "2026-W46")
    assert (first.revision, first.json_text, first.reason) == (1, text, "")


def test_another_fingerprint_makes_the_next_revision(store: Store) -> None:
    """Other rows make the next revision with its reason; the earlier ones stay as they were published."""
    store.save_digest("product", "2026-W46", "f1", '{"n":1}')
    second = store.save_digest("product", "2026-W46", "f2", '{"n":2}', "3 late answers")
    assert (second.revision, second.reason) == (2, "3 late answers")
    assert store.save_digest("product", "2026-W46", "f1", '{"n":3}', "back again").revision == 3
    first = store.latest_digest("product", "2026-W46", revision=1)
    assert first is not None and first.json_text == '{"n":1}'


def test_digests_are_kept_by_audience_and_period(store: Store) -> None:
    """Each audience and period counts its own revisions; one never published is None."""
    for audience, period in (("product", "2026-W46"), ("product", "2026-W47"), ("operations", "2026-W46")):
        assert store.save_digest(audience, period, "f", "{}").revision == 1
    assert store.latest_digest("marketing", "2026-W46") is None
    assert store.latest_digest("product", "2026-W46", revision=2) is None


def test_a_digest_says_what_it_was_made_from(store: Store) -> None:
    """A digest carries the last accepted load of each source."""
    loads = {}
    for source in ("reviews", "tickets"):
        loads[source] = store.open_load(source, Kind.REVIEW, START)
        store.close_load(loads[source], "accepted")
    store.close_load(store.open_load("tickets", Kind.TICKET, START), "held")
    assert store.save_digest("product", "2026-W46", "f", "{}").created_from == loads


def test_a_forced_digest_is_the_next_revision(store: Store) -> None:
    """Rebuilding makes the next revision also from the same rows, with its reason; the list shows the newest."""
    store.save_digest("product", "2026-W46", "f", '{"n":1}', rows="a b")
    again = store.save_digest("product", "2026-W46", "f", '{"n":2}', "asked for", rows="a b", force=True)
    assert (again.revision, again.json_text, again.reason, again.rows) == (2, '{"n":2}', "asked for", "a b")
    assert store.save_digest("product", "2026-W46", "f", '{"n":3}').revision == 2


def test_the_published_digests_are_listed(store: Store) -> None:
    """The newest revision of each period and audience, by period, without its JSON; of all audiences or of one."""
    for period, audience in (("2026-W46", "service"), ("2026-W45", "service"), ("2026-W46", "product")):
        store.save_digest(audience, period, "f", "{}", rows=f"rows of {period}")
    store.save_digest("service", "2026-W45", "g", "{}", "late answers", rows="more")
    listed = [(d.period, d.audience, d.revision, d.rows, d.json_text) for d in store.digests()]
    assert listed == [
        ("2026-W45", "service", 2, "more", ""),
        ("2026-W46", "product", 1, "rows of 2026-W46", ""),
        ("2026-W46", "service", 1, "rows of 2026-W46", ""),
    ]
    assert [d.period for d in store.digests("service")] == ["2026-W45", "2026-W46"]
    assert store.digests("marketing") == []


def test_an_analysis_says_what_it_was_made_from(store: Store) -> None:
    """Key and models come back with the analysis that they belong to; none before the first, none of a failed one."""
    assert store.analysis_state() is None
    store.save_analysis(*analysis(), key="k1", models={"themes": "leiden", "embedding": "é"})
    with pytest.raises(StoreError, match="holds a NUL"):
        clauses, comments, themes = analysis()
        store.save_analysis(clauses, comments, themes.assign(label="\0"), key="k2")
    state = store.analysis_state()
    assert state is not None and (state.key, state.models) == ("k1", {"themes": "leiden", "embedding": "é"})
    store.save_analysis(*analysis())
    state = store.analysis_state()
    assert state is not None and (state.key, state.models) == ("", {})
