"""What a digest and `score` say of a head that was trained: numbers and names of what happened, of nothing else."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
import pytest
from projects_for_tests import make_project

from analysis.sentiment.heads import starter_heads
from analysis.sentiment.own_training import train_own_head
from flows.commands.table_model import table_model
from flows.head_card import CardSource, Figures, HeadCard, read_card, summary_of
from flows.sentiment import starter_name
from groundswell.frames import CLAUSES, COMMENTS, FEEDBACK, THEMES, empty_frame
from groundswell.rows import dump_json
from groundswell.storage import SentimentHead, open_store

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
SHIPPED, OWN = Figures(300, 0.7, 0.71, 0.95, 0.08), Figures(300, 0.76, 0.8, 0.971, 0.03)
CARD = HeadCard(
    (
        CardSource("calls", True, 500, 210, SHIPPED, OWN, "it reads more surely", True),
        CardSource("chats", False, 500, 210, SHIPPED, None, "too few different comments", True),
        CardSource("mails", False, 12, 3, None, None, "3 unhappy ratings are too few"),
    ),
    (),
    (),
)


def test_a_digest_is_told_how_many_were_checked_beside_how_many_were_read():
    """The figures rest on 300 of the 500 ratings read; where there are none, on nothing that could be told."""
    told = summary_of(CARD, "v").sources
    assert [(one.ratings, one.checked, one.scaled) for one in told] == [
        (500, 300, True),
        (500, 300, True),
        (12, None, False),
    ]


def test_a_card_of_before_scales_were_told_is_read():
    """A stored card without the flag is one of which no scale is known."""
    old = json.loads(dump_json(asdict(CARD)))
    for source in old["sources"]:
        del source["scaled"]
    assert not any(source.scaled for source in read_card(json.dumps(old)).sources)


@pytest.mark.parametrize(
    ("source", "model"), [("calls", "your own"), ("chats", "the shipped"), ("mails", "the shipped")]
)
def test_a_table_is_told_which_model_reads_it(tmp_path, source, model):
    """Which model reads, and as whose comments; nothing is claimed of a model that was not tried."""
    project = make_project(tmp_path / "project", 0)
    nothing = empty_frame(FEEDBACK), empty_frame(CLAUSES), np.zeros((0, 384), np.float32)
    body = train_own_head(*nothing, starter_heads(), copies=set(), as_of=MONDAY).to_bytes()
    head = SentimentHead("own-1", MONDAY, MONDAY, starter_name(), "rows", dump_json(asdict(CARD)), body)
    with open_store(project.parent / "groundswell.db") as opened:
        frames = [empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES)]
        opened.save_analysis(*frames, key="k", models={"sentiment": "v"}, head=head)
    found = table_model(project, source)
    assert (found.source, found.told) == (source, f"read by {model} model, as comments of {source}")
