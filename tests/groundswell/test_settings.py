"""Settings: what is read, from where, what is refused and in which words; and the reference of every key."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from groundswell import settings_tables as tables
from groundswell.cron import parse_cron
from groundswell.errors import ConfigError
from groundswell.settings import Settings, load_settings, mistakes_in, unknown_variables
from groundswell.settings_mistakes import as_toml, mark_of, variable_of, walk

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "settings.md").read_text("utf-8")
GOOD = """
timezone = "Europe/Berlin"
[sources.reviews]
kind = "review"
files = ["exports/*.csv"]
[sources.reviews.columns]
text = [["title", "body"]]
date = "created"
"""


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine that the tests run on."""
    for name in os.environ:
        if name.upper().startswith("GROUNDSWELL_"):
            monkeypatch.delenv(name)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A good settings file."""
    return write(tmp_path, GOOD)


def write(folder: Path, text: str) -> Path:
    """A settings file with this text."""
    file = folder / "groundswell.toml"
    file.write_text(text, "utf-8")
    return file


# ------------------------------------------------------------------------------------------------------- where from


def test_a_short_file_is_filled_with_defaults(place):
    """What is not written has its default: all four audiences weekly, Mondays at six, a store beside the file."""
    settings = load_settings(place)
    assert settings.timezone == "Europe/Berlin" and settings.week_start == "monday"
    assert {name: one.period for name, one in settings.audiences.items()} == dict.fromkeys(
        ("service", "product", "marketing", "operations"), "week"
    )
    assert settings.schedule.run == "0 6 * * 1" and settings.schedule.ingest is None
    assert settings.sources["reviews"].columns.as_table() == {"text": [["title", "body"]], "date": "created"}


def test_relative_paths_begin_at_the_settings_file(place, monkeypatch, tmp_path_factory):
    """Wherever a command runs, and whether a path is in the file or the environment."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("GROUNDSWELL_OUT", "pages")
    settings = load_settings(place)
    folder = place.parent
    assert settings.store.get_secret_value() == str(folder / "groundswell.db")
    assert (settings.out, settings.key_file) == (folder / "pages", folder / "groundswell.key")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("kept.db", "{folder}/kept.db"),
        ("/srv/kept.db", "/srv/kept.db"),
        ("sqlite:///kept.db", "sqlite:///{folder}/kept.db"),
        ("sqlite:////srv/kept.db", "sqlite:////srv/kept.db"),
        ("postgresql://me:secret@host/name", "postgresql://me:secret@host/name"),
    ],
)
def test_a_store_is_a_file_beside_the_settings_or_a_url(tmp_path, written, meant):
    """A relative SQLite file, bare or in a URL, lies beside the settings; a server's URL stays what it is."""
    settings = load_settings(write(tmp_path, f"store = {as_toml(written)}"))
    assert settings.store.get_secret_value() == meant.format(folder=tmp_path)


def test_the_environment_wins_over_the_file(place, monkeypatch):
    """Any key by its name with __ for each dot; what it does not name stays that of the file; empty is not set."""
    monkeypatch.setenv("GROUNDSWELL_SCHEDULE__RUN", "30 7 * * mon")
    monkeypatch.setenv("GROUNDSWELL_SOURCES__REVIEWS__STALE_AFTER_DAYS", "3")
    monkeypatch.setenv("GROUNDSWELL_SOURCES__REVIEWS__FILES", '["a.csv", "b.csv"]')
    monkeypatch.setenv("GROUNDSWELL_SOURCES__REVIEWS__COLUMNS__SEGMENTS__VERSION", "app version")
    monkeypatch.setenv("GROUNDSWELL_TIMEZONE", "")
    settings = load_settings(place)
    source = settings.sources["reviews"]
    assert settings.schedule.run == "30 7 * * mon" and settings.timezone == "Europe/Berlin"
    assert source.stale_after_days == 3 and source.files == ("a.csv", "b.csv")
    assert source.columns.date == "created" and source.columns.segments == {"version": "app version"}


def test_the_settings_file_is_found_by_its_variable_or_here(place, monkeypatch):
    """GROUNDSWELL_SETTINGS names it, else groundswell.toml of the current folder is taken."""
    monkeypatch.chdir(place.parent)
    assert "reviews" in load_settings().sources
    other = place.with_name("other.toml")
    other.write_text('week_start = "sunday"', "utf-8")
    monkeypatch.setenv("GROUNDSWELL_SETTINGS", str(other))
    assert load_settings().week_start == "sunday"


def test_the_store_may_lie_in_a_mounted_secret(place, monkeypatch):
    """GROUNDSWELL_STORE_FILE names a file that holds the URL; two places at once are refused, as is an empty file."""
    secret = place.with_name("secret")
    secret.write_text("postgresql://me:hunter2@host/name\n", "utf-8")
    monkeypatch.setenv("GROUNDSWELL_STORE_FILE", str(secret))
    settings = load_settings(place)
    assert settings.store.get_secret_value() == "postgresql://me:hunter2@host/name"
    assert "hunter2" not in repr(settings) + str(settings)
    secret.write_text("", "utf-8")
    with pytest.raises(ConfigError, match="is empty"):
        load_settings(place)
    monkeypatch.setenv("GROUNDSWELL_STORE", "x.db")
    with pytest.raises(ConfigError, match="both set"):
        load_settings(place)


def test_a_wrong_store_is_not_shown(tmp_path):
    """A message about the store never holds what was found there: it may be a password."""
    assert mistakes_in(write(tmp_path, 'store = ["hunter2"]')) == [
        'groundswell.toml: store: text in quotes is wanted; for example store = "groundswell.db"'
    ]
    for half in ("postgresql:/me:hunter2@host/name", "postgres:me:hunter2@host/name", "POSTGRESQL+pg8000:hunter2"):
        (mistake,) = mistakes_in(write(tmp_path, f"store = {as_toml(half)}"))
        assert "a file name, or a URL as postgresql://USER@HOST/NAME is wanted" in mistake and "hunter2" not in mistake


def test_a_tilde_without_a_user_is_part_of_a_name(tmp_path):
    """A path that begins with ~ and names nobody is taken as it is, beside the settings."""
    settings = load_settings(write(tmp_path, 'out = "~nobody-of-that-name/out"\nkey_file = "~old.key"'))
    assert (settings.out, settings.key_file) == (tmp_path / "~nobody-of-that-name/out", tmp_path / "~old.key")


def test_settings_cannot_be_changed(place):
    """Made once, settings stay what they are."""
    settings = load_settings(place)
    with pytest.raises(ValueError, match="frozen"):
        settings.timezone = "UTC"
    with pytest.raises(ValueError, match="frozen"):
        settings.schedule.run = "0 0 * * *"


# ---------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sources.reviews.colums = {}", "sources.reviews.colums: unknown key; did you mean 'columns'?"),
        ("shedule.run = '0 6 * * 1'", "shedule: unknown key; did you mean 'schedule'?"),
        ("port = 4300", "port: unknown key; did you mean 'serve.port'?"),
        ("zzz = 1", "zzz: unknown key"),
        ("sources.reviews.columns.txt = 'a'", "sources.reviews.columns.txt: unknown key; did you mean 'text'?"),
        ("sources.reviews.kind = 'reviews'", "found \"reviews\"; 'survey', 'review' or 'ticket' is wanted"),
        ("sources.reviews.files = []", "sources.reviews.files: found []; at least one is wanted"),
        ("sources.reviews.columns.date = 5", "sources.reviews.columns.date: found 5; text in quotes is wanted"),
        ("sources.reviews.columns.text = 5", "sources.reviews.columns.text: found 5; a list in brackets is wanted"),
        ("sources.reviews.columns.segments = ['a']", 'columns.segments: found ["a"]; a table is wanted'),
        ("sources.reviews.columns.date_orders = { d = 'dmy' }", "date_orders.d: found \"dmy\"; 'day-first' or"),
        ("sources.Shop.kind = 'review'", "there can be no 'Shop' in [sources]; a source's name is made of lower-case"),
        ("audiences.servce.period = 'week'", "there can be no 'servce' in [audiences]; 'service', 'product',"),
        ("audiences.service.period = 'month'", "found \"month\"; 'week', '4 weeks', 'quarter' or 'all' is wanted"),
        ("timezone = 'Europe/Berln'", "no time zone of that name is known; did you mean 'Europe/Berlin'"),
        ("timezone = '../etc/passwd'", 'timezone: found "../etc/passwd"; no time zone of that name is known'),
        ("week_start = 'mon'", "'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday' or 'sunday' is"),
        ("schedule.run = '0 25 * * *'", "schedule.run: found \"0 25 * * *\"; hour '25' is not 0 to 23; for example"),
        ("schedule.ingest = 'daily'", "1 fields where 5 are wanted"),
        ("serve.port = 0", "serve.port: found 0; at least 1 is wanted"),
        ("privacy.regions = ['DE', 'de']", 'privacy.regions entry 2: found "de"; the two capital letters'),
        ("themes.word_weight = 2", "themes.word_weight: found 2; at most 1 is wanted"),
        ("themes.seed = 1.5", "themes.seed: found 1.5; a whole number is wanted"),
        ("batch.refused = nan", "batch.refused: found nan; a finite number is wanted"),
        ("sources = 1", "sources: found 1; a table is wanted"),
    ],
)
def test_a_mistake_is_named_with_what_is_wanted(tmp_path, line, message):
    """Each names the file, the dotted key, what was found, and what is wanted or the nearest right name."""
    found = mistakes_in(write(tmp_path, line))
    assert found[0].startswith("groundswell.toml: ") and message in found[0]
    with pytest.raises(ConfigError, match="Nothing was run") as raised:
        load_settings(tmp_path / "groundswell.toml")
    assert "\n" not in str(raised.value) and str(raised.value).startswith(found[0])


ORDERS = "[[themes.guided]]\nname = 'Orders'\nexamples = ['my order']\n"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "name = 'orders'\nexamples = ['x']",
            "guided: entries 1 and 2 are both called 'orders'; give one another name",
        ),
        ("name = 'Returns'\nexamples = []", "guided entry 2.examples: found []; at least one is wanted; for example"),
        ("name = 'Returns'\nexamples = ['x', ' ']", 'entry 2.examples entry 2: found " "; an example in words'),
        ("name = 'Returns'", "themes.guided entry 2.examples: is missing; for example examples = ["),
        ("name = '!'\nexamples = ['x']", 'themes.guided entry 2.name: found "!"; a name with letters is wanted'),
        (f"name = '{'a' * 61}'\nexamples = ['x']", "a name of at most 60 characters is wanted; it has 61"),
        ("name = 'Returns'\nexamples = 'My  order'", "'My order' is an example of both 'Orders' and 'Returns'"),
        (
            "name = 'A'\nexamples = ['x']\nparent = 'Ordrs'",
            "entry 2 ('A'): its parent 'Ordrs' is no guided theme; did you",
        ),
        ("name = 'A'\nexamples = ['x']\nparent = 'zzz'", "is no guided theme; add it as an entry of its own"),
        ("name = 'A'\nexamples = ['x']\nparent = 'a'", "entry 2 ('A'): it is its own parent; leave `parent` out"),
        ("name = 'A'\nexamples = ['x']\njourney_stage = 'help'", "'use', 'pay', 'get help' or 'leave' is wanted"),
        ("name = 'A'\nexample = ['x']", "themes.guided entry 2.example: unknown key; did you mean 'examples'?"),
    ],
)
def test_a_mistake_in_a_guided_theme_is_named_with_its_entry(tmp_path, entry, message):
    """Two themes of one name, no example, a parent that is none: which entry, and what is wanted."""
    found = mistakes_in(write(tmp_path, f"{ORDERS}[[themes.guided]]\n{entry}"))
    assert found[0].startswith("groundswell.toml: themes.guided") and message in found[0] and "\n" not in found[0]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("name = 'Tariffs'", 'releases entry 2.date: is missing; for example date = "2026-10-14"'),
        ("name = 'Tariffs'\ndate = '14.10.2026'", 'date: found "14.10.2026"; a day is wanted, as 2026-10-14'),
        ("name = 'Tariffs'\ndate = 20261014", "date: found 20261014; a day is wanted, as 2026-10-14"),
        ("name = 'Tariffs'\ndate = 2026-10-14T08:00:00", "a day is wanted, as 2026-10-14"),
        ("name = '-'\ndate = 2026-10-14", 'entry 2.name: found "-"; a name with letters or digits is wanted'),
        ("name = 'app 4.2'\ndate = 2026-10-21", "entry 2 ('app 4.2'): entry 1 has the same name; give one another"),
        ("name = 'x'\ndate = 2026-10-14\nsource = 'review'", "there is no source 'review'; did you mean 'reviews'?"),
        ("name = 'x'\ndate = 2026-10-14\nsource = 'shop'", "there is no source 'shop'; known are reviews"),
        ("name = 'x'\nday = 2026-10-14", "releases entry 2.day: unknown key"),
    ],
)
def test_a_mistake_in_a_release_is_named_with_its_entry(tmp_path, entry, message):
    """No day, a moment or a number for a day, a source that is none: which entry, and what is wanted."""
    first = f"{GOOD}[[releases]]\nname = 'App 4.2'\ndate = 2026-10-14\n"
    found = mistakes_in(write(tmp_path, f"{first}[[releases]]\n{entry}"))
    assert found[0].startswith("groundswell.toml: releases") and message in found[0] and "\n" not in found[0]


def test_releases_are_read_from_the_file_and_the_environment(tmp_path, monkeypatch):
    """A day is written with or without quotes; the environment gives the whole list, and wins."""
    entries = (
        "[[releases]]\nname = 'a'\ndate = 2026-10-14\n[[releases]]\nname = 'b'\ndate = '2026-10-15'\nsource = 'reviews'"
    )
    place = write(tmp_path, f"{GOOD}{entries}")
    releases = load_settings(place).releases
    assert [(one.name, str(one.date), one.source) for one in releases] == [
        ("a", "2026-10-14", None),
        ("b", "2026-10-15", "reviews"),
    ]
    monkeypatch.setenv("GROUNDSWELL_RELEASES", '[{"name": "c", "date": "2026-01-02"}]')
    assert [(one.name, str(one.date)) for one in load_settings(place).releases] == [("c", "2026-01-02")]


def test_what_the_statistics_are_told_has_bounds(tmp_path):
    """A target of no false alarm at all cannot be kept, and there are two ways to share out a score."""
    (mistake,) = mistakes_in(write(tmp_path, "[statistics]\nfalse_alarms_per_year = 0"))
    assert "false_alarms_per_year: found 0; at least 0.1 is wanted" in mistake
    (mistake,) = mistakes_in(write(tmp_path, "[statistics]\ndrivers = 'share'"))
    assert "found \"share\"; 'shares' or 'regression' is wanted" in mistake


def test_guided_themes_have_two_levels(tmp_path):
    """A part of a part is refused, with the parent that is possible; two levels are read, in the order of the file."""
    parts = "[[themes.guided]]\nname = 'Delivery'\nparent = 'orders'\nexamples = 'my parcel'\n"
    settings = load_settings(write(tmp_path, parts + ORDERS))
    assert [(one.name, one.parent) for one in settings.themes.guided] == [("Delivery", "Orders"), ("Orders", None)]
    third = "[[themes.guided]]\nname = 'Courier'\nparent = 'Delivery'\nexamples = 'the courier'\n"
    (mistake,) = mistakes_in(write(tmp_path, parts + ORDERS + third))
    assert mistake == (
        "groundswell.toml: themes.guided: entry 3 ('Courier'): its parent 'Delivery' is itself a part of 'orders'; "
        "there are two levels: name 'orders' as parent, or none"
    )


def test_guided_themes_may_come_from_the_environment(place, monkeypatch):
    """The whole list as JSON; a mistake names the variable and the entry."""
    monkeypatch.setenv("GROUNDSWELL_THEMES__GUIDED", '[{"name": "Orders", "examples": ["my order"]}]')
    assert load_settings(place).themes.guided[0].name == "Orders"
    assert unknown_variables(os.environ) == []
    monkeypatch.setenv("GROUNDSWELL_THEMES__GUIDED", '[{"name": "Orders", "examples": []}]')
    assert mistakes_in(place)[0].startswith("GROUNDSWELL_THEMES__GUIDED entry 1.examples: found []; at least one")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://host/v1", "https is wanted; http only for this machine itself"),
        ("http://127.0.0.1.evil.example/v1", "https is wanted"),
        ("ftp://127.0.0.1/v1", "the endpoint's URL is wanted, as https://HOST/v1"),
        ("host/v1", "the endpoint's URL is wanted"),
        ("https://me:hunter2@host/v1", "a URL without user, password, query or fragment is wanted"),
        ("https://host/v1?key=hunter2", "a URL without user, password, query or fragment is wanted"),
        ("https://host:hunter2/v1", "the endpoint's URL is wanted"),
        ("https://[hunter2/v1", "the endpoint's URL is wanted"),
    ],
)
def test_an_endpoint_is_encrypted_or_here(tmp_path, url, message):
    """Anything else is refused, and not shown: it may hold a password."""
    (mistake,) = mistakes_in(write(tmp_path, f"[themes.naming]\nurl = '{url}'\nmodel = 'x'"))
    assert message in mistake and "hunter2" not in mistake


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/v1/", "http://localhost/v1", "http://[::1]:8/v1", "https://host/v1"]
)
def test_an_endpoint_needs_its_model(tmp_path, url):
    """Address and model stand together, or neither does."""
    naming = load_settings(write(tmp_path, f"[themes.naming]\nurl = '{url}'\nmodel = 'x'")).themes.naming
    assert naming.url == url.rstrip("/") and naming.key is None
    (mistake,) = mistakes_in(write(tmp_path, f"[themes.naming]\nurl = '{url}'"))
    assert (
        mistake
        == "groundswell.toml: themes.naming: url is set and model is not; set both, or neither to leave names as they "
        "are"
    )


def test_the_endpoints_key_comes_from_the_environment(tmp_path, monkeypatch):
    """In the file it is refused without being shown; from the environment it is read, and never printed."""
    for table in ("[themes.naming]\nkey = 'hunter2'", "themes = { naming = { key = ['hunter2'] } }"):
        (mistake,) = mistakes_in(write(tmp_path, table))
        assert mistake == (
            "groundswell.toml: themes.naming.key: a secret does not belong in the file; set "
            "GROUNDSWELL_THEMES__NAMING__KEY"
        )
    monkeypatch.setenv("GROUNDSWELL_THEMES__NAMING__KEY", "hunter2")
    settings = load_settings(write(tmp_path, ""))
    assert settings.themes.naming.key == SecretStr("hunter2")
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert unknown_variables(os.environ) == []


def test_the_sentence_of_a_misspelt_key(tmp_path):
    """The whole line, as a person reads it."""
    place = write(tmp_path, GOOD.replace("[sources.reviews.columns]", "[sources.reviews.colums]"))
    with pytest.raises(ConfigError) as raised:
        load_settings(place)
    assert (
        str(raised.value)
        == "groundswell.toml: sources.reviews.colums: unknown key; did you mean 'columns'? Nothing was run"
    )


def test_every_mistake_is_listed(tmp_path):
    """`mistakes_in` has a line for each; `load_settings` raises the first and says how many more there are."""
    place = write(tmp_path, "timezone = 5\nserve.port = 'x'\nthemes.sed = 7")
    found = mistakes_in(place)
    assert len(found) == 3 and "themes.sed: unknown key; did you mean 'seed'?" in found[0]
    with pytest.raises(ConfigError, match=r"2 more: `groundswell check` lists them"):
        load_settings(place)
    assert mistakes_in(write(tmp_path, GOOD)) == []


def test_a_mistake_in_the_environment_names_the_variable(place, monkeypatch):
    """Not the file, in which there is nothing to mend."""
    monkeypatch.setenv("GROUNDSWELL_SERVE__PORT", "many")
    assert mistakes_in(place)[0].startswith('GROUNDSWELL_SERVE__PORT: found "many"; a whole number is wanted')
    monkeypatch.delenv("GROUNDSWELL_SERVE__PORT")
    monkeypatch.setenv("GROUNDSWELL_SCHEDULE__RNU", "0 6 * * 1")
    assert mistakes_in(place) == ["GROUNDSWELL_SCHEDULE__RNU: unknown key; did you mean 'run'?"]
    monkeypatch.delenv("GROUNDSWELL_SCHEDULE__RNU")
    monkeypatch.setenv("GROUNDSWELL_SOURCES", "{")
    assert "as JSON" in mistakes_in(place)[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"timezone = \n", "groundswell.toml: is no TOML: invalid value (at line 1, column 12)"),
        (b"[a]\nb = 1\nb = 2\n", "groundswell.toml: is no TOML: cannot overwrite a value (at line 3,"),
        (b"timezone = 'Z\xfcrich'\n", "byte 14 is not UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path, content, message):
    """Line and column of a syntax error; the byte of a wrong encoding."""
    (tmp_path / "groundswell.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_settings(tmp_path / "groundswell.toml")


def test_windows_line_ends_and_byte_order_marks_are_read(tmp_path):
    """As an editor on Windows saves the file."""
    (tmp_path / "groundswell.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert "reviews" in load_settings(tmp_path / "groundswell.toml").sources


def test_no_settings_says_how_to_get_them(tmp_path, monkeypatch):
    """A missing file names `init` and the variable; a folder in its place says that it cannot be read."""
    with pytest.raises(ConfigError, match="groundswell init FILE.*GROUNDSWELL_SETTINGS"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read: is a directory"):
        load_settings(tmp_path)


# --------------------------------------------------------------------------------------------------------- variables


def test_misspelt_variables_are_found():
    """Each name that begins like ours and means nothing, with the nearest right one where one is near."""
    environ = {
        "GROUNDSWELL_STOR": "x",
        "GROUNDSWELL_SHEDULE__RUN": "x",
        "GROUNDSWELL_SOURCES__SHOP__FILE": "x",
        "GROUNDSWELL_QQQ": "x",
        "PATH": "x",
    }
    assert unknown_variables(environ) == [
        ("GROUNDSWELL_QQQ", None),
        ("GROUNDSWELL_SHEDULE__RUN", "GROUNDSWELL_SCHEDULE__RUN"),
        ("GROUNDSWELL_SOURCES__SHOP__FILE", "GROUNDSWELL_SOURCES__SHOP__FILES"),
        ("GROUNDSWELL_STOR", "GROUNDSWELL_STORE"),
    ]


def test_every_variable_that_is_read_is_known():
    """Each GROUNDSWELL_ name in the code, and that of each key, means something."""
    used = set()
    for room in ("groundswell", "extractors", "expectations", "analysis", "reports", "flows"):
        for path in (ROOT / room).rglob("*.py"):
            used |= set(re.findall(r"GROUNDSWELL_[A-Z_]*[A-Z]", path.read_text("utf-8")))
    used |= {
        "GROUNDSWELL_" + "__".join(key.place).upper().replace("*", "SHOP")
        for key in walk(Settings)
        if not key.is_listed
    }
    used |= {"GROUNDSWELL_SOURCES__SHOP__COLUMNS__SEGMENTS__VERSION"}
    assert unknown_variables(dict.fromkeys(used, "x")) == []


# -------------------------------------------------------------------------------------------------------------- cron


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 6 * *", "4 fields"),
        ("60 6 * * 1", "minute '60' is not 0 to 59"),
        ("0 6 * * 8", "day of week '8' is not 0 to 7 or sun, mon"),
        ("0 6 0 * *", "day of month '0'"),
        ("0 6 31 2,4 *", "no month that it names has a day 31"),
        ("0 9-6 * * *", "'9-6' is no range"),
        ("*/0 6 * * *", "step of 0"),
        ("0 6 * * 0-6", "is every day; write"),
        ("0 6 L * *", "day of month 'L'"),
        ("0 6 * * ²", "day of week '²'"),
    ],
)
def test_a_wrong_cron_expression_says_which_field(text, message):
    """The field, what was found, and what it may be."""
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_cron(text)


# ------------------------------------------------------------------------------------- held equal to what others own


def test_defaults_are_those_of_the_rooms():
    """What this package repeats because it imports no room: themes, batches, periods, audiences, columns, regions."""
    from analysis.scope.calendar import WEEKDAYS
    from analysis.scope.periods import LENGTHS
    from analysis.themes.clusters import ThemeSettings
    from expectations.limits import BatchLimits
    from extractors import SOURCES
    from extractors.mapping import ColumnMapping
    from groundswell.privacy import DEFAULT_REGIONS
    from reports.audiences import AUDIENCE_PAGES

    assert tables.ThemeSettings().grouping() == asdict(ThemeSettings())
    assert tables.BatchSettings().model_dump() == asdict(BatchLimits())
    assert tables.PrivacySettings().regions == DEFAULT_REGIONS
    assert get_args(tables.Weekday) == WEEKDAYS and get_args(tables.Audience) == tuple(AUDIENCE_PAGES)
    assert set(get_args(tables.AudienceSettings.model_fields["period"].annotation)) == set(LENGTHS)
    assert get_args(tables.SourceSettings.model_fields["type"].annotation) == tuple(SOURCES)
    mapped = {field.name for field in fields(ColumnMapping)} - {"questions"} | {"text"}
    assert set(tables.ColumnSettings.model_fields) == mapped
    table = {"text": [["a", "b"]], "id": "c", "score": {"column": "d", "low": 1.0, "high": 5.0}, "names": ["e"]}
    whole = ColumnMapping.from_table(table).as_table()
    assert tables.ColumnSettings.model_validate(whole).as_table() == whole


def test_loading_settings_is_light(place):
    """`status` waits for it: neither Prefect nor pandas, numpy or SQLAlchemy is imported."""
    code = (
        "import sys; from groundswell.settings import load_settings; load_settings(sys.argv[1]);"
        "print([name for name in ('prefect', 'pandas', 'numpy', 'sqlalchemy', 'phonenumbers') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(place)], cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout == "[]\n", ended.stderr


# ---------------------------------------------------------------------------------------------------- docs/settings.md


def reference() -> dict[str, dict[str, tuple[str, str, str]]]:
    """Table -> key -> (means, default, example), as docs/settings.md tells them."""
    found: dict[str, dict[str, tuple[str, str, str]]] = {}
    for section in re.split(r"^## ", REFERENCE, flags=re.MULTILINE)[1:]:
        head = section.splitlines()[0]
        rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| `(.+?)` \|$", section, re.MULTILINE)
        if rows:
            found[head.strip("[]")] = {key: (means, default, example) for key, means, default, example in rows}
    return found


def told(key: Any) -> tuple[str, str, str]:
    """What the reference has to say of a key."""
    field, default = key.field, key.field.default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    shown = "none" if default is None else "required" if default is PydanticUndefined else f"`{as_toml(default)}`"
    example = as_toml(field.examples[0])
    if mark_of(field, "environment"):
        place = tuple("NAME" if part == "*" else part for part in key.place)
        return field.description, shown, f"{variable_of(place)}={example}"
    return field.description, shown, f"{key.place[-1]} = {example}"


def test_every_key_is_in_the_reference_and_none_other():
    """docs/settings.md has each key in its table, with the meaning, default and example that the model has."""
    wanted: dict[str, dict[str, tuple[str, str, str]]] = {}
    for key in walk(Settings):
        if not key.is_table:
            table = ".".join("NAME" if part == "*" else part for part in key.place[:-1])
            wanted.setdefault(table or "Top level", {})[key.place[-1]] = told(key)
    assert reference() == wanted


def test_every_table_explains_itself():
    """Each key and table of the models has a description; each key an example."""
    for key in walk(Settings):
        assert key.field.description, key.place
        assert key.is_table or key.field.examples, key.place


CHANNELS = ["[channels.mail]", "kind = 'smtp'", "host = 'h'", "sender = 'd@example.com'"]
CHANNELS += ["[channels.team]", "kind = 'slack'"]


def lines_of_mail(lines: list[str]) -> list[str]:
    """The lines without those that are for another kind of channel."""
    return [line for line in lines if not line.startswith("url_file")]


def test_the_references_example_is_a_good_file(tmp_path):
    """The file in docs/settings.md loads, and so does each key's example."""
    example = re.search(r"```toml\n(.*?)```", REFERENCE, re.DOTALL)
    assert example
    settings = load_settings(write(tmp_path, example[1]))
    assert list(settings.sources) == ["app_reviews", "nps"] and list(settings.audiences) == ["service", "product"]
    for table, rows in reference().items():
        name = {"sources.NAME": "sources.shop", "audiences.NAME": "audiences.service"}
        header = table.replace("sources.NAME", name["sources.NAME"]).replace("audiences.NAME", name["audiences.NAME"])
        lines = [example for _, _, example in rows.values() if not example.startswith("GROUNDSWELL_")]
        needed = ["[sources.shop]", "kind = 'review'", "files = ['a']"] if ".columns" in header else []
        head = [] if header == "Top level" else [f"[{header}]"]
        if header == "themes.guided":
            needed, head = ["[[themes.guided]]", "name = 'Orders'", "examples = ['my order']"], [f"[[{header}]]"]
        if header == "releases":
            needed, head = ["[sources.app_reviews]", "kind = 'review'", "files = ['a']"], [f"[[{header}]]"]
        needed += CHANNELS if any(line.startswith("send =") for line in lines) else []
        if header == "channels.NAME":
            lines, head = lines_of_mail(lines), ["[channels.mail]"]
        text = "\n".join([*needed, *head, *lines])
        tomllib.loads(text)
        assert mistakes_in(write(tmp_path, text)) == [], table
