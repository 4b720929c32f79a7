"""`groundswell init`: what it writes loads back to what was found, and what is there already stays as it was."""

from __future__ import annotations

import re
import stat
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from files_for_tests import reviews, write_csv
from hypothesis import given
from hypothesis import strategies as st

from extractors.choices import Choice, Detected
from extractors.detect import detect
from extractors.mapping import ColumnMapping, Question
from extractors.scores import ScoreColumn
from flows.commands.init import init_project
from flows.commands.init_text import FoundSource, settings_text
from flows.commands.toml_text import comment, key_text, value_text
from flows.project import open_project
from groundswell.errors import ConfigError, SourceError
from groundswell.keys import load_key
from groundswell.records import Kind, Metric
from groundswell.storage import open_store

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
REAL = {
    "greenlight": "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz",
    "telecom": "nps_survey_telecom/nps_verbatims.csv",
    "shopzilla": "support_csat_shopzilla/support_csat.csv.gz",
    "alexa": "shop_reviews_amazon_alexa/amazon_alexa.tsv",
    "clothing": "shop_reviews_womens_clothing/womens_clothing_reviews.csv.gz",
    "tweets": "support_tweets_labeled/support_tweets.csv",
}
PERIODS = {"greenlight": "4 weeks", "clothing": "all"}  # the others: week
UNASKED: dict[str, Any] = {
    **dict.fromkeys(
        ("kind", "id_column", "date_column", "date_order", "score", "scale", "metric", "higher_is_better", "author")
    ),
    **{"text": (), "column": (), "encoding": None, "delimiter": None, "sheet": None, "timezone": "UTC"},
}


@pytest.fixture(autouse=True)
def own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's own key file, as on a machine where none is named in the environment."""
    monkeypatch.delenv("GROUNDSWELL_KEY_FILE")


def init(folder: Path, *files: Path, **choices: Any) -> Path:
    """The settings file that `init` makes in a folder."""
    init_project(files, {**UNASKED, **choices}, folder / "groundswell.toml")
    return folder / "groundswell.toml"


# ------------------------------------------------------------------------------------------------- what it writes


def test_init_writes_what_detection_found(tmp_path, capsys):
    """The file loads back to the detected mapping, each choice with its reason, and the key is the owner's alone."""
    exports = tmp_path / "exports"
    exports.mkdir()
    place = init(tmp_path, write_csv(exports / "reviews.csv", reviews()), timezone="Europe/Berlin")
    project = open_project(place)
    [source] = project.sources
    assert (source.name, source.kind, source.files) == ("reviews", Kind.REVIEW, ("exports/reviews.csv",))
    detected = detect(exports / "reviews.csv")
    assert source.mapping.timezone == project.settings.timezone == "Europe/Berlin"
    assert source.mapping.questions == detected.mapping.questions and source.mapping.date == "date"
    text = place.read_text("utf-8")
    for choice in detected.choices:
        assert choice.why.split(";")[0] in text.replace("\n# ", " ")
    assert stat.S_IMODE(project.key_file.stat().st_mode) == 0o600 and project.key_file.parent == tmp_path
    printed = capsys.readouterr().out
    assert "groundswell.toml: 1 source, a digest per week" in printed
    assert "groundswell.key" in printed and "out of version control" in printed and "groundswell check" in printed


@pytest.mark.parametrize("name", REAL)
def test_real_files_load_back_to_their_mapping(name, tmp_path):
    """A project made of a real export has the very mapping that was detected, and a period that fits its volume."""
    file = DATA / REAL[name]
    if not file.exists():
        pytest.skip("the shared data is not on this machine")
    place = init(tmp_path, file)
    project = open_project(place)
    found = detect(file)
    assert [(source.mapping, source.kind) for source in project.sources] == [(found.mapping, found.kind)]
    assert project.sources[0].files == (file.as_posix(),)
    period = {one.period for one in project.settings.audiences.values()}
    assert period == {PERIODS.get(name, "week")}


def test_without_files_there_is_an_example_to_fill(tmp_path, capsys):
    """The file is good, names no source yet, and its commented example is one as soon as the # are taken away."""
    place = init(tmp_path)
    assert open_project(place).sources == ()
    assert "after naming a source" in capsys.readouterr().out
    lines = place.read_text("utf-8").splitlines()
    begin = lines.index("# [sources.reviews]")
    filled = [line.removeprefix("# ").removeprefix("#") for line in lines[begin : begin + 9]]
    place.write_text("\n".join(lines[:begin] + filled + lines[begin + 9 :]), "utf-8")
    [source] = open_project(place).sources
    assert source.mapping.questions == (Question(("title", "body")),) and source.mapping.date == "created_at"


def test_what_the_options_say_is_written(tmp_path):
    """`init` takes the options of `try`: what the user decided is what the settings hold."""
    file = write_csv(tmp_path / "odd.csv", reviews(), ("id", "date", "Note", "review"))
    place = init(tmp_path, file, score="Note", scale="1:5", metric="csat", higher_is_better=True, kind="survey")
    [source] = open_project(place).sources
    assert source.kind is Kind.SURVEY
    assert source.mapping.score == ScoreColumn("Note", 1.0, 5.0, Metric.CSAT, True)


def test_what_cannot_be_known_is_asked_and_nothing_written(tmp_path):
    """Where detection needs an option, its error says which, and there is neither a settings file nor a key."""
    rows = [
        [number, f"0{1 + i % 9}/0{1 + i % 7}/2026", rating, text]
        for i, (number, _, rating, text) in enumerate(reviews())
    ]
    file = write_csv(tmp_path / "reviews.csv", rows)
    with pytest.raises(SourceError, match="--day-first"):
        init(tmp_path, file)
    assert [path.name for path in tmp_path.iterdir()] == ["reviews.csv"]
    assert open_project(init(tmp_path, file, date_order="day_first")).sources[0].mapping.date_orders == {
        "date": "day-first"
    }


def test_a_series_of_exports_is_one_source(tmp_path, capsys):
    """Files of one kind whose names differ in numbers alone are one source; others of the same columns are not."""
    for name in ("reviews-2026-09.csv", "reviews-2026-10.csv", "shop.csv"):
        write_csv(tmp_path / name, reviews(80))
    place = init(tmp_path, *sorted(tmp_path.glob("*.csv")))
    sources = {source.name: source.files for source in open_project(place).sources}
    assert sources == {"reviews": ("reviews-2026-09.csv", "reviews-2026-10.csv"), "shop": ("shop.csv",)}
    assert "one source, 'reviews'" in capsys.readouterr().out


def test_files_of_one_name_get_numbers(tmp_path):
    """Two files of the same name and different columns are two sources."""
    for folder, header in (("a", ("id", "date", "rating", "review")), ("b", ("id", "date", "stars", "comment"))):
        (tmp_path / folder).mkdir()
        write_csv(tmp_path / folder / "feed__back.csv", reviews(80), header)
    place = init(tmp_path, tmp_path / "a" / "feed__back.csv", tmp_path / "b" / "feed__back.csv", kind="review")
    assert [source.name for source in open_project(place).sources] == ["feed_back", "feed_back_2"]


@pytest.mark.parametrize(
    ("rows", "days", "period", "reason"),
    [
        (1200, 182, "week", "enough for a digest each week"),
        (400, 182, "4 weeks", "too few for a digest; four weeks bring"),
        (60, 182, "quarter", "too few for a digest of less than a quarter"),
        (40, 1, "week", "enough"),
    ],
)
def test_the_period_fits_the_volume(tmp_path, rows, days, period, reason):
    """A week where the usual week of the last half year holds 30 comments, else four weeks, else a quarter."""
    place = init(tmp_path, write_csv(tmp_path / "reviews.csv", reviews(rows, days=days)))
    assert {one.period for one in open_project(place).settings.audiences.values()} == {period}
    assert reason in place.read_text("utf-8").replace("\n# ", " ")


def test_an_old_export_counts_as_it_was_then(tmp_path):
    """Each source is weighed before its own last record: one that ended years ago makes no week of another one thin."""
    old = write_csv(tmp_path / "old.csv", reviews(1200, days=182, last=date(2019, 5, 5)))
    new = write_csv(tmp_path / "new.csv", reviews(60, days=182))
    place = init(tmp_path, old, new)
    assert open_project(place).settings.audiences["service"].period == "week"


# -------------------------------------------------------------------------------------------- what is there already


def test_settings_that_are_there_are_left_alone(tmp_path, capsys):
    """`init` never overwrites: it prints the new source's tables, which fit into the file, and ends with an error."""
    place = init(tmp_path, write_csv(tmp_path / "reviews.csv", reviews()))
    before, key = place.read_bytes(), load_key(tmp_path / "groundswell.key")
    shop = write_csv(tmp_path / "shop.csv", reviews())
    capsys.readouterr()
    with pytest.raises(ConfigError, match="left as it is; put the tables above into it"):
        init(tmp_path, shop)
    with pytest.raises(ConfigError, match="was left as it is; delete or rename it"):
        init(tmp_path)
    assert place.read_bytes() == before and load_key(tmp_path / "groundswell.key") == key
    printed = capsys.readouterr().out
    place.write_text(before.decode() + printed[printed.index("[sources.shop]") :], "utf-8")
    assert [source.name for source in open_project(place).sources] == ["reviews", "shop"]


def test_a_missing_key_is_made_once_more_only_for_an_empty_store(tmp_path, capsys):
    """`init` without files makes a key beside hand-written settings; never where records were stored under another."""
    place = tmp_path / "groundswell.toml"
    place.write_text('timezone = "UTC"', "utf-8")
    init(tmp_path)
    assert load_key(tmp_path / "groundswell.key") and "left as it is" in capsys.readouterr().out
    (tmp_path / "groundswell.key").unlink()
    with open_store(tmp_path / "groundswell.db") as store:
        store.close_load(_stored(store), "accepted")
    with pytest.raises(ConfigError, match="holds records made with it; restore the key"):
        init(tmp_path)
    assert not (tmp_path / "groundswell.key").exists()


def _stored(store: Any) -> int:
    """A load with one record."""
    from datetime import UTC, datetime

    from groundswell.privacy import Numbering, to_feedback
    from groundswell.records import Draft

    load: int = store.open_load("reviews", Kind.REVIEW, datetime(2026, 11, 2, tzinfo=UTC))
    store.save_page(load, [to_feedback(Draft("reviews", Kind.REVIEW, 1, "good"), bytes(32), Numbering())], [], {}, {})
    return load


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path):
    """A file where the folder should be: one line, and nothing was made."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        init(tmp_path / "file")
    (tmp_path / "groundswell.key").mkdir()
    with pytest.raises(ConfigError):
        init(tmp_path)
    assert not (tmp_path / "groundswell.toml").exists()


# ------------------------------------------------------------------------------------------------------------- TOML

NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
HOSTILE = (
    'a"b',
    "a\\b",
    "a\nb",
    "a.b",
    "a # b",
    "a]b",
    "\x00\x1b[2J",
    "\u202eabc",
    "日本 語",
    "'''",
    '"""',
    " ",
    "😀\ufeff",
)


@given(NAMES, NAMES, st.floats(allow_nan=False), st.integers(-(2**62), 2**62), st.booleans(), st.lists(NAMES))
def test_any_value_is_read_back(key, text, real, whole, flag, names):
    """Whatever a name holds, TOML gives it back; no character that a terminal obeys stands in the file."""
    table = {"text": text, "real": real, "whole": whole, "flag": flag, "names": names, "inner": {key: [names]}}
    line = "\n".join(f"{key_text(name)} = {value_text(value)}" for name, value in table.items())
    assert tomllib.loads(line) == table
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029]", line)


@given(st.text())
def test_any_text_is_a_comment(text):
    """A reason that quotes a hostile name cannot end its comment."""
    assert tomllib.loads(comment(text)) == {} and "\n\n" not in comment(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_column_names_load_back(name, tmp_path):
    """A project whose columns, segments and reasons hold such a name has the mapping that was written."""
    mapping = ColumnMapping(
        questions=(Question((name, "x")), Question((f"{name}2",))),
        date=f"{name}3",
        score=ScoreColumn(f"{name}4", 0.0, 10.0, Metric.NPS, False),
        segments={name: f"{name}5"},
        names=(f"{name}6",),
        date_orders={f"{name}3": "month-first"},
        timezone="Asia/Kolkata",
        delimiter="\t",
    )
    choices = tuple(
        Choice(field, (name,), f"because of {name}") for field in ("file", "kind", "text", name, "not used")
    )
    source = FoundSource("shop", (f"{name}.csv",), Detected(Kind.SURVEY, mapping, choices), sheet=name)
    text = settings_text([source], store="a.db", key_file="k", timezone="UTC", period="week", why=f"since {name}")
    place = tmp_path / "groundswell.toml"
    place.write_bytes(text.encode())
    [loaded] = open_project(place).sources
    assert (loaded.mapping, loaded.files, loaded.sheet) == (mapping, (f"{name}.csv",), name)


def test_half_a_character_is_refused():
    """TOML has no half characters: a name with one is an error that says so, a comment goes without it."""
    with pytest.raises(ConfigError, match="half a character"):
        value_text(["shop \ud800"])
    assert comment("shop \ud800") == "# shop"
