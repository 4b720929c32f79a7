"""`groundswell sentiment show`: which model reads what and why; and the rule of which head an analysis may use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands_for_tests import Ended
from pydantic import SecretStr

from analysis.scope.periods import rows_hash
from flows.analyse import analysis_key, is_current, models_of, stored_summary
from flows.head_card import CardSource, Figures, HeadCard, read_card, summary_of
from flows.reading import AnalysisOptions
from flows.sentiment import head_known, starter_name
from groundswell.frames import CLAUSES, COMMENTS, FEEDBACK, THEMES, empty_frame
from groundswell.rows import dump_json
from groundswell.settings_sentiment import SentimentSettings
from groundswell.storage import SentimentHead, Store, open_store

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = timedelta(weeks=1)
HEAVY = ("pandas", "prefect", "great_expectations", "sklearn", "scipy", "onnxruntime", "tokenizers", "alembic")
REVIEWS = CardSource(
    "reviews",
    True,
    1_204,
    310,
    Figures(900, 0.7, 0.71, 0.95, 0.08),
    Figures(900, 0.76, 0.8, 0.971, 0.03),
    "It is better.",
)
FEW = CardSource("nps", False, 12, 3, None, None, "12 ratings are too few.")
CARD = HeadCard((REVIEWS, FEW), ("es",), (("refund", -1.5), ("crashes", -0.5), ("easy", 0.9), ("lovely", 1.2)))


def head(version: str = "own-1", as_of: datetime | None = MONDAY, card: HeadCard = CARD) -> SentimentHead:
    """A head with this card."""
    told = dump_json(asdict(card))
    return SentimentHead(version, as_of, MONDAY + timedelta(hours=6), starter_name(), "rows", told, own_body(as_of))


def own_body(as_of: datetime | None) -> bytes:
    """A head that was trained on nothing."""
    from analysis.sentiment.heads import starter_heads
    from analysis.sentiment.own_training import train_own_head

    nothing = empty_frame(FEEDBACK), empty_frame(CLAUSES), np.zeros((0, 384), np.float32)
    return train_own_head(*nothing, starter_heads(), copies=set(), as_of=as_of).to_bytes()


def analysed(store: Store, used: SentimentHead | int | None, sentiment: str = "starter-0+own-1") -> None:
    """An analysis that used this head."""
    frames = [empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES)]
    store.save_analysis(*frames, key="k", models={"sentiment": sentiment}, head=used)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
def show(run: Callable[..., Ended], tmp_path: Path) -> Callable[..., str]:
    """What `sentiment show` prints of the store on a terminal of `width` columns."""

    def show(*arguments: object, width: int = 100) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", str(width))
            ended = run("sentiment", "show", *(arguments or ("--store", tmp_path / "store.db")))
        assert ended.code == 0, ended.err
        return ended.out

    return show


# -------------------------------------------------------------------------------------------------------------- show


def test_each_source_stands_with_its_model_its_figures_and_the_reason(store, show):
    """The model of each source, how it reads that source's ratings beside the other model, why, and the words."""
    analysed(store, head())
    lines = show().splitlines()
    assert lines[0] == "the tone is read by starter-0+own-1"
    assert (
        "your own model own-1, trained on 16 Nov 2026 from what was known through 15 Nov 2026, reads reviews" in lines
    )
    table = [line.split() for line in lines]
    assert "reviews your own 1,204 310 80% (71%) 76% (70%) 0.97 (0.95) 0.03 (0.08)".split() in table
    assert ["nps", "shipped", "12", "3"] in table
    assert "  reviews: It is better." in lines and "  nps: 12 ratings are too few." in lines
    assert "heard as unhappy: refund, crashes" in lines and "heard as happy: lovely, easy" in lines
    assert "from 14 Dec 2026 on (every 4 weeks)" in " ".join(lines)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(store, show, width):
    """Columns that there is no room for are left out and named."""
    analysed(store, head())
    assert max(map(len, show(width=width).splitlines())) <= width


def test_what_there_is_to_say_before_anything_was_read(store, show, run, tmp_path):
    """No store, no analysis, an analysis without a head: each says so and what to do."""
    missing = run("sentiment", "show", "--store", tmp_path / "none.db")
    assert missing.code == 0 and "no store yet" in missing.out
    assert "nothing is read yet: `groundswell run`" in show()
    analysed(store, None, "starter-0")
    assert "the shipped model alone" in show()


def test_a_head_that_waits_is_named(store, show):
    """What the next analysis reads with instead is told, and when the one after it is trained; what was trained before
    is not."""
    analysed(store, store.save_head(head()).number)
    assert "next analysis" not in show()
    store.save_head(head("own-2", MONDAY + WEEK))
    shown = show(width=200)
    assert (
        "own-2, trained on 16 Nov 2026 from what was known through 22 Nov 2026, reads from the next analysis on"
        in shown
    )
    assert "from 21 Dec 2026 on (every 4 weeks)" in shown and "14 Dec" not in shown


def test_a_head_of_a_past_week_does_not_wait(store, show):
    """Which head comes next goes by its moment: one that was trained later for a week filled in is not announced."""
    number = store.save_head(head()).number
    store.save_head(head("own-0", MONDAY - WEEK))
    analysed(store, number)
    assert "own-0" not in show(width=200) and "from 14 Dec 2026 on" in show(width=200)
    known = head_known(store, MONDAY + WEEK, "rows", SentimentSettings())
    assert known is not None and known.kept == number


def test_an_update_with_another_shipped_model_is_told(store, show):
    """A head leans on the shipped model that it was trained beside: with another one the next analysis trains anew,
    however young the head is; where that is done, the new one waits."""
    old = replace(head(), starter="starter of an older version")
    analysed(store, store.save_head(old).number)
    shown = show(width=200)
    assert "an update has brought another shipped model" in shown and "14 Dec" not in shown
    assert used(store, MONDAY) == "train"
    store.save_head(head("own-2"))
    shown = show(width=200)
    assert "own-2, trained on 16 Nov 2026" in shown and "from 14 Dec 2026 on" in shown and "an update" not in shown


def test_settings_that_want_no_head_are_told(store, show, run, tmp_path):
    """With own_head = false the next analysis does without; training one by hand is refused with what to do."""
    settings = tmp_path / "groundswell.toml"
    settings.write_text('store = "store.db"\n[sentiment]\nown_head = false\n', "utf-8")
    analysed(store, head())
    assert "own_head is off now" in show("--settings", settings, width=200)
    analysed(store, None, "starter-0")
    assert "own_head is off in [sentiment] of the settings" in show("--settings", settings, width=200)
    refused = run("sentiment", "train", "--settings", settings)
    assert refused.code == 1 and "sentiment.own_head is false; set it to true" in refused.err


def test_showing_imports_nothing_heavy(store, environment, tmp_path):
    """`sentiment` answers at once: of the libraries only those that it takes to name the shipped model are loaded."""
    analysed(store, head())
    program = (
        f"import sys; sys.argv = ['groundswell', 'sentiment', 'show', '--store', {str(tmp_path / 'store.db')!r}]\n"
        "from flows.cli import main\n"
        f"main()\nprint('loaded', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert ended.returncode == 0 and ended.stdout.endswith("loaded []\n"), ended.stderr


# ------------------------------------------------------------------------------------------------------ what is told


def test_a_card_comes_back_and_a_digest_says_the_figures_of_what_reads():
    """The card is kept as it was; of each source a digest tells the model that reads it with that one's figures."""
    assert read_card(dump_json(asdict(CARD))) == CARD
    told = summary_of(CARD, "starter-0+own-1")
    assert [(one.source, one.model, one.recall) for one in told.sources] == [
        ("reviews", "own", 0.8),
        ("nps", "starter", None),
    ]
    assert told.words_negative == ("refund", "crashes") and told.words_positive == ("lovely", "easy")
    assert summary_of(None, "starter-0").sources == ()


def test_words_of_a_head_that_reads_nothing_are_not_told():
    """Where the shipped model reads every source, the words of the other one say nothing of the figures."""
    unused = HeadCard((FEW,), (), CARD.words)
    told = summary_of(unused, "starter-0")
    assert told.words_negative == told.words_positive == ()


# -------------------------------------------------------------------------------------------------- which head reads


def used(store: Store, until: datetime | None, rows: str = "rows", **options: Any) -> int | str | None:
    """The number of the head that an analysis would use; "train" where it would train one, None without."""
    known = head_known(store, until, rows, SentimentSettings(**options))
    return "train" if known is None else known.kept  # type: ignore[return-value]


def test_a_head_is_trained_when_it_is_due(store):
    """The first analysis trains one; later ones use it until it is as old as the settings say, an hour less where the
    clocks are changed."""
    assert used(store, MONDAY) == "train"
    number = store.save_head(head()).number
    assert [used(store, MONDAY + n * WEEK) for n in range(5)] == [number] * 4 + ["train"]
    assert used(store, MONDAY + 4 * WEEK - timedelta(hours=1)) == "train"
    assert [used(store, MONDAY + n * WEEK, retrain_weeks=1) for n in range(2)] == [number, "train"]


def test_an_analysis_of_a_past_week_never_uses_a_later_head(store):
    """What is filled in for a past week trains a head of that week, and leaves the later one as it is."""
    later = store.save_head(head()).number
    assert used(store, MONDAY - WEEK) == "train"
    earlier = store.save_head(head("own-0", MONDAY - WEEK)).number
    assert (used(store, MONDAY - WEEK), used(store, MONDAY), used(store, MONDAY + 3 * WEEK)) == (earlier, later, later)


def test_undated_feedback_trains_whenever_there_is_more(store):
    """Without dates a head belongs to the rows that it was trained from: others train another one."""
    number = store.save_head(head(as_of=None)).number
    assert used(store, None) == number and used(store, None, "more rows") == used(store, MONDAY) == "train"


def test_a_damaged_head_is_trained_once_more(store, tmp_path):
    """A head that is damaged in the store counts as none: what an analysis trains in its place, or `sentiment train`,
    has the same name, and the analysis that rests on the damaged one is made anew."""
    damaged = replace(head(), body=b"damaged", rows=rows_hash(store.load_feedback()))
    assert used(store, MONDAY, damaged.rows) == "train"
    number = store.save_head(damaged).number
    assert used(store, MONDAY, damaged.rows) == "train"
    mended = store.save_head(replace(head(), rows=damaged.rows))
    assert mended.is_new and used(store, MONDAY, damaged.rows) == mended.number
    known = head_known(store, MONDAY, damaged.rows, SentimentSettings())
    assert known is not None
    frames = [empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES)]
    for kept, current in ((number, False), (mended.number, True)):
        key = analysis_key(damaged.rows, AnalysisOptions(), known)
        store.save_analysis(*frames, key=key, models={}, head=kept)
        assert is_current(SecretStr(str(tmp_path / "store.db")), MONDAY) == current


def test_without_an_own_head_nothing_is_trained(store):
    """own_head = false: the shipped model reads, whatever the store holds."""
    store.save_head(head())
    assert used(store, MONDAY, own_head=False) is None and used(store, MONDAY + 99 * WEEK, own_head=False) is None


# ------------------------------------------------------------------------------------------- when it is read once more


def key_now(store: Store) -> str:
    """What an analysis of the empty store without an own head would rest on."""
    options = AnalysisOptions(sentiment=SentimentSettings(own_head=False))
    known = head_known(store, None, "", options.sentiment)
    assert known is not None and {"clauses", "sentiment", "signals"} < models_of(options, known).keys()
    return analysis_key(rows_hash(store.load_feedback()), options, known)


@pytest.mark.parametrize("changed", ["analysis.sentiment.signals.METHOD", "analysis.text.clauses.METHOD"])
def test_an_update_of_a_list_has_everything_read_anew(store, tmp_path, monkeypatch, changed):
    """Other phrases of a signal, or another way of cutting clauses: the stored analysis is not current any more."""
    frames = [empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES)]
    store.save_analysis(*frames, key=key_now(store), models={"sentiment": "starter-0"})
    asked = SecretStr(str(tmp_path / "store.db")), None, AnalysisOptions(sentiment=SentimentSettings(own_head=False))
    summary = stored_summary(*asked)
    assert is_current(*asked) and summary is not None and summary.models == {"sentiment": "starter-0"}
    monkeypatch.setattr(changed, "another")
    assert not is_current(*asked) and stored_summary(*asked) is None


def test_how_often_a_head_is_trained_reads_nothing_anew(store, tmp_path):
    """retrain_weeks is a matter of the next head, not of what was read."""
    store.save_head(head())
    known = [head_known(store, MONDAY, "", SentimentSettings(retrain_weeks=weeks)) for weeks in (2, 4)]
    keys = {one and analysis_key("rows", AnalysisOptions(), one) for one in known}
    assert len(keys) == 1 and None not in keys
