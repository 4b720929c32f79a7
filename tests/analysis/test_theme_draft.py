"""The registry while an analysis works on it: what is closed leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from streams_for_tests import Stream

from analysis.themes.draft import Draft, KnownThemes
from analysis.themes.texts import distinct_texts
from groundswell.frames import MEMBERS, empty_frame
from groundswell.registry import NewEvent, Theme, fold, number_events

AT = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def draft() -> Draft:
    """Two themes that are known, one text in each of them and in a new one."""
    stream = Stream.of([1, 1, 1], noise=0.0)
    written = pd.Series(pd.to_datetime(stream.days), dtype="datetime64[ns]").dt.tz_localize("UTC")
    texts = distinct_texts(stream.texts, stream.texts, stream.vectors, ["a", "b", "c"], written)
    opens = [
        NewEvent("open", theme_id, {"label": "Card", "status": "active"}) for theme_id in ("t00000001", "t00000002")
    ]
    events = number_events(fold([]), opens, actor="groundswell", at=AT, as_of=None)
    draft = Draft.of(texts, KnownThemes(fold(events), empty_frame(MEMBERS), {}))
    for row, theme_id in enumerate(("t00000001", "t00000002")):
        draft.measure(theme_id, texts.vectors[row])
        draft.put(np.array([row]), theme_id)
    draft.open(Theme("t00000003", "", opened=AT), np.array([2]))
    return draft


def test_a_theme_that_was_measured_can_be_closed(draft):
    """A theme whose figures were taken and that is closed afterwards has an event, and no figures."""
    draft.take_out(np.array([0]))
    draft.close("t00000001", NewEvent("retire", "t00000001"))
    change = draft.change("refit", AT, AT, {})
    assert [(event.kind, event.theme_id) for event in change.events] == [
        ("open", "t00000003"),
        ("retire", "t00000001"),
    ]
    assert [fit.theme_id for fit in change.fits] == ["t00000002", "t00000003"]


def test_a_theme_that_was_opened_and_closed_was_never_there(draft):
    """What one analysis opens and closes again leaves no event and no figures."""
    draft.take_out(np.array([2]))
    draft.close("t00000003", NewEvent("retire", "t00000003"))
    change = draft.change("refit", AT, AT, {})
    assert change.events == [] and [fit.theme_id for fit in change.fits] == ["t00000001", "t00000002"]
