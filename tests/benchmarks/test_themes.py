"""`python -m benchmarks.themes` on small invented sets: it reads them, measures, and says what falls short."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import theme_readings, themes
from benchmarks.theme_readings import label_key, read_blind
from benchmarks.theme_rows import Row, at_least, at_most, missed, printed
from benchmarks.theme_sets import Sets, fit_set, without_part

THINGS = {
    "card_arrival": ("card", "has not arrived in the mail"),
    "exchange_rate": ("exchange rate", "was wrong for my euros"),
    "pin_change": ("pin code", "must be changed at a machine"),
    "top_up": ("top up", "was reverted by the bank"),
}
OPENINGS = ("Why is it that my", "I think the", "Please help, the", "Yesterday my", "Once more the", "It seems my")
ENDINGS = ("today", "this week", "again", "since Monday")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with three sets of records in the layout of the public ones."""
    questions = [
        (f"{opening} {thing} {what} {ending}", intent)
        for intent, (thing, what) in THINGS.items()
        for opening in OPENINGS
        for ending in ENDINGS
    ]
    lines = "\n".join(f'"{text}",{intent}' for text, intent in questions)
    for part in ("train", "test"):
        _write(tmp_path / f"banking77/{part}.csv", f"text,category\n{lines}\nThanks a lot,card_arrival\n")
    sentences = "".join(
        f'<sentence><text>{text}</text><aspectCategories><aspectCategory category="{intent}"/>'
        f'<aspectCategory category="{"price" if row % 2 else intent}"/></aspectCategories></sentence>'
        for row, (text, intent) in enumerate(questions)
    )
    _write(tmp_path / "semeval2014_absa_train/Restaurants_Train_v2.xml", f"<sentences>{sentences}</sentences>")
    tweets = "\n".join(
        f'{company},"{text}",{intent}{";late" if row % 3 == 0 else ""}'
        for company in ("AmazonHelp", "AppleSupport", "SpotifyCares")
        for row, (text, intent) in enumerate(questions)
    )
    _write(tmp_path / "support_tweets_labeled/support_tweets.csv", f"company,text,topics\n{tweets}\nAmazonHelp,Hm,\n")
    return tmp_path


def test_every_row_of_a_section_is_printed_with_what_is_wanted(data, capsys):
    """Sections print the one setting, a yes or NO beside each figure, and at the end what fell short."""
    assert themes.main(["--data", str(data), "--only", "banking", "aspects", "--quick"]) == 0
    said = capsys.readouterr().out
    assert "setting, for all sets: neighbours=" in said
    for wanted in (">= 0.83", ">= 0.6", "<= 0.02", ">= 0.575", "> stock"):
        assert wanted in said
    assert "banking_train: themes (97 records, 4 intents)" in said
    assert "support_tweets, mean of the companies" in said and "stock BERTopic" not in said
    assert "fall short" in said or "nothing falls short" in said


def test_other_orders_seeds_and_rows(data, capsys):
    """The stability section says that the same rows in another order give the same themes."""
    assert themes.main(["--data", str(data), "--only", "stability", "--quick"]) == 0
    assert "(identical)" in capsys.readouterr().out


def test_a_missing_set_is_named(tmp_path, capsys):
    """Without the data nothing is measured and the missing file is named."""
    assert themes.main(["--data", str(tmp_path), "--only", "banking"]) == 1
    assert "banking77/train.csv" in capsys.readouterr().err.replace("\\", "/")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for an interpreter is a shell script")
def test_an_environment_without_bertopic_is_refused(data, capsys):
    """An interpreter that is not there, or lacks a module, ends the run with one line that says so."""
    python = data / "python"
    command = ["--data", str(data), "--only", "banking", "--stock", str(python)]
    assert themes.main(command) == 1
    assert f"--stock {python}: cannot be started" in capsys.readouterr().err
    python.write_text("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'umap'\" >&2\nexit 1\n")
    python.chmod(0o755)
    assert themes.main(command) == 1
    assert "did not run there (ModuleNotFoundError: No module named 'umap')" in capsys.readouterr().err


def test_labels_of_records(data):
    """Intents, the categories of a sentence once each, and a tweet's company before its topics."""
    sets = Sets(data)
    assert sets.get("banking_train").labels[0] == ("card_arrival",)
    assert sets.get("semeval_restaurants").labels[:2] == [("card_arrival",), ("card_arrival", "price")]
    tweets = sets.get("support_tweets").labels
    assert tweets[0] == ("AmazonHelp", "card_arrival", "late") and tweets[-1] == ("AmazonHelp",)


def test_contentless_rows_count_as_unassigned(data):
    """A record that says nothing takes no part in the fit and has no theme."""
    rows = Sets(data).get("banking_train")
    assert rows.contentless[-1] and fit_set(rows).assignment[-1] == -1


def test_clauses_of_reviews(data):
    """A set of clauses leaves out those without content and those in another language, and counts them."""
    _write(
        data / "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz",
        'content,at\n"Great app! My card never arrived.",2020-01-01\nDie Karte wurde nicht geliefert,2020-01-02\n',
    )
    rows = Sets(data).get("greenlight")
    assert rows.shown == ["My card never arrived."] and rows.dates == ["2020-01-01"]
    assert rows.all_clauses == 3 and rows.vectors.shape == (1, 384)


def test_vectors_are_kept_in_the_cache(data, tmp_path):
    """A second run takes the vectors of the first from the folder that was named."""
    first = Sets(data, tmp_path / "kept").get("banking_test").vectors
    again = Sets(data, tmp_path / "kept")
    again.embedder = None  # whoever embeds now, fails
    assert np.array_equal(again.get("banking_test").vectors, first)


def test_a_random_part_is_removed():
    """The rows that are left are so many, in order, and the same for the same seed."""
    kept = without_part(200, 0.05, 3)
    assert len(kept) == 190 and (np.diff(kept) > 0).all() and np.array_equal(kept, without_part(200, 0.05, 3))


def test_figures_are_compared_before_they_are_rounded():
    """.8297 prints as .830 and yet does not reach .83."""
    rows = [at_least("V", 0.8297, 0.83), at_most("share", 0.02, 0.02), Row("themes", "12")]
    assert [row.figure for row in missed(rows)] == ["V"]
    assert printed("title", rows, stock=False).splitlines()[2].split() == ["V", "0.830", ">=", "0.83", "NO"]


def test_readings_are_kept_without_a_word(tmp_path, monkeypatch, capsys):
    """Answers of blind readers are kept by the hash of the label; a label they have not seen counts for nobody."""
    _write(tmp_path / "labels.txt", "1. late parcel\n2. get the\n")
    _write(tmp_path / "picking.txt", "\n## 1\n- Where is it?\n  1) late parcel\n  2) get the\n")
    _write(tmp_path / "key.json", '{"sets": ["shop", "shop"], "picked": [1]}')
    _write(tmp_path / "unreadable-a.txt", "2\n")
    _write(tmp_path / "picked-a.txt", "1 1\n")
    kept = tmp_path / "readings.csv"
    monkeypatch.setattr(theme_readings, "READINGS", kept)
    assert theme_readings.main(["--out", str(tmp_path)]) == 0
    assert "parcel" not in kept.read_text()
    keys = [label_key("late parcel"), label_key("get the")]
    read, picked = read_blind({"shop": keys}, 2, kept)
    assert read.ours == "1 of 2" and read.met is True
    assert picked.ours == "1 of 1 (1 of these are labels today)" and picked.met is True
    assert read_blind({"shop": [*keys[:1], label_key("new one")]}, 2, kept)[0].met is None
    assert read_blind({"shop": keys}, 2, tmp_path / "none.csv")[0].ours == "nobody has yet"


def _write(path: Path, text: str) -> None:
    """A file, gzip-compressed where its name says so."""
    import gzip

    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
