"""`groundswell check` of a project: each line says what is, or what to do; nothing is stored."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from endpoint_for_tests import answering, send, serving
from files_for_tests import files_in, reviews, write_csv

from flows.commands.check_project import project_checks
from flows.commands.checks import check_everything
from flows.commands.init import init_project
from flows.project import open_project
from groundswell.cron import parse_cron
from groundswell.errors import ConfigError, GroundswellError
from groundswell.keys import ensure_key
from groundswell.storage import open_store

SETTINGS = """
timezone = "Europe/Berlin"
[sources.reviews]
kind = "review"
files = ["exports"]
[sources.reviews.columns]
text = [["review"]]
id = "id"
date = "date"
score = { column = "rating", low = 1, high = 5 }
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of a project with a watched folder of one export, and a key."""
    monkeypatch.delenv("GROUNDSWELL_KEY_FILE")
    (tmp_path / "exports").mkdir()
    old(write_csv(tmp_path / "exports" / "october.csv", reviews(80)))
    ensure_key(tmp_path / "groundswell.key")
    place = tmp_path / "groundswell.toml"
    place.write_text(SETTINGS, "utf-8")
    return place


def old(file: Path) -> Path:
    """The file, written an hour ago: one that is a few seconds old might still be written to."""
    then = file.stat().st_mtime - 3600
    os.utime(file, (then, then))
    return file


def line(place: Path, name: str) -> str:
    """What one check says, with MEND before what is to be mended."""
    checks = dict(project_checks(place))
    run: Callable[[], str] = checks[name]
    try:
        return run()
    except GroundswellError as problem:
        return f"MEND {problem}"


# ------------------------------------------------------------------------------------------------------- all is well


def test_a_new_project_is_ready(project):
    """After `init` every line is ok, the first rows pass the row suite, and nothing was written but for nothing."""
    before = files_in(project.parent)
    lines, all_good = check_everything(project, None, None)
    assert all_good, lines
    names = [text.split()[1] for text in lines]
    assert names == [
        *("settings", "source", "store", "leases", "key", "folder", "disk", "schedule"),
        *("python", "packages", "model", "prefect"),
    ]
    assert files_in(project.parent) == before
    source = lines[1].removeprefix("ok    source    ")
    assert source == ("reviews: 1 file, 1 new or changed; none of the first 80 records would be refused")
    assert "groundswell.db will be made by the first run" in lines[2]


def test_a_project_that_init_made_is_ready(tmp_path, monkeypatch):
    """What `init` writes passes `check` as it is."""
    monkeypatch.delenv("GROUNDSWELL_KEY_FILE")
    file = old(write_csv(tmp_path / "reviews.csv", reviews()))
    names = "kind id_column date_column date_order score scale metric higher_is_better author encoding delimiter sheet"
    init_project(
        [file], {**dict.fromkeys(names.split()), "text": (), "column": (), "timezone": "UTC"}, tmp_path / "own.toml"
    )
    for name in ("settings", "source", "store", "key", "folder", "disk"):
        assert not line(tmp_path / "own.toml", name).startswith("MEND")


def test_without_settings_the_machine_is_checked(tmp_path, monkeypatch):
    """Where no settings file is, `check` looks at what `try` needs, and at the store and folder that were named."""
    monkeypatch.chdir(tmp_path)
    lines, all_good = check_everything(None, str(tmp_path / "none.db"), None)
    assert not all_good and [text.split()[1] for text in lines] == [
        *("python", "model", "key", "folder", "disk", "packages", "store")
    ]
    lines, _ = check_everything(tmp_path / "none.toml", None, None)
    assert lines[0].startswith("MEND  settings") and "groundswell init" in lines[0]


def test_what_was_read_is_not_new(project):
    """The store's cursor decides what is new; a file still being written and one of another kind are counted apart."""
    with open_store(project.parent / "groundswell.db") as store:
        [source] = open_project(project).sources
        load = store.open_load("reviews", source.kind, datetime(2026, 11, 2, tzinfo=UTC))
        for part in source.plan({}, datetime.now(UTC)):
            for page in source.pages(part):
                store.save_page(load, [], [], page.skipped, page.cursor_after)
        store.close_load(load, "accepted")
    assert line(project, "source").startswith("reviews: 1 file, 0 new or changed; none of the first 80")
    old(write_csv(project.parent / "exports" / "november.csv", reviews(30, seed=6)))
    write_csv(project.parent / "exports" / "december.csv.part", reviews(30, seed=7))
    old(write_csv(project.parent / "exports" / "notes.docx", reviews(3)))
    found = line(project, "source")
    assert found.startswith("reviews: 2 files, 1 new or changed, 1 still being written, 1 of a kind that is not read;")
    assert "none of the first 30 records" in found


def test_the_store_is_opened_and_written(project):
    """Records, size and version of a store that is there; who holds a lease."""
    with open_store(project.parent / "groundswell.db") as store:
        assert "0 records, 0." in line(project, "store") and "can be written" in line(project, "store")
        assert line(project, "leases") == "none is held"
        lease = store.take_lease("ingest reviews")
        held = line(project, "leases")
        assert held.startswith("ingest reviews: held by ") and f"process {os.getpid()}" in held
        store.release_lease(lease)


def test_the_next_run_is_told_in_the_projects_zone(project):
    """The schedule's line has the next run as the clock on the wall shows it."""
    due = parse_cron("0 6 * * 1").next_after(datetime.now(ZoneInfo("Europe/Berlin")))
    assert line(project, "schedule") == (
        f"run next on Monday {due:%Y-%m-%d} 06:00 (Europe/Berlin), while `groundswell serve` runs"
    )


# ------------------------------------------------------------------------------------------------- what is to be mended


def test_mistakes_and_misspelt_variables_are_all_listed(project, monkeypatch):
    """Every mistake has a line with the nearest right name, and so has every variable that means nothing."""
    project.write_text(SETTINGS.replace("files", "file").replace("timezone", "timezon"), "utf-8")
    monkeypatch.setenv("GROUNDSWELL_STOR", "x.db")
    lines, all_good = check_everything(project, None, None)
    mend = [text.removeprefix("MEND  ") for text in lines if text.startswith("MEND")]
    assert not all_good and mend == [
        "settings  groundswell.toml: sources.reviews.file: unknown key; did you mean 'files'?",
        "settings  groundswell.toml: timezon: unknown key; did you mean 'timezone'?",
        'settings  groundswell.toml: sources.reviews.files: is missing; for example files = ["exports/reviews-*.csv"]',
        "variable  GROUNDSWELL_STOR is set in the environment and means nothing; did you mean GROUNDSWELL_STORE?",
    ]


@pytest.mark.parametrize(
    ("old_text", "new_text", "message"),
    [
        ("low = 1", "low = 9", "sources.reviews: columns: score: low is 9 and high is 5"),
        ('text = [["review"]]\n', "", None),
        ('date = "date"', 'timezone = "Mars"', "sources.reviews.columns.timezone"),
    ],
)
def test_columns_that_cannot_be_are_told_with_the_source(project, old_text, new_text, message):
    """A mapping that makes no sense is a mistake of the settings, with the file and the source."""
    project.write_text(SETTINGS.replace(old_text, new_text), "utf-8")
    if message is None:
        assert open_project(project).sources[0].mapping.questions == ()  # a score alone is feedback too
        project.write_text(SETTINGS.replace(old_text, new_text).replace("score =", "# "), "utf-8")
        message = "neither text nor score is named"
    with pytest.raises(ConfigError) as raised:
        open_project(project)
    assert str(raised.value).startswith("groundswell.toml: sources.reviews") and message in str(raised.value)
    lines, all_good = check_everything(project, None, None)
    assert not all_good and message in lines[0]


def test_a_column_that_is_gone_is_to_be_mended(project):
    """Where an export has changed, the source's line names the column and what the header has now."""
    old(write_csv(project.parent / "exports" / "november.csv", reviews(30), ("id", "date", "stars", "review")))
    found = line(project, "source")
    assert found.startswith("MEND reviews: exports/november.csv: no column 'rating'") and "correct the columns" in found


def test_a_folder_that_is_gone_is_to_be_mended(project):
    """A watched folder that was deleted."""
    shutil.rmtree(project.parent / "exports")
    assert "MEND exports: there is no such file or folder" in line(project, "source")
    assert not line(project, "disk").startswith("MEND")


def test_a_file_half_of_which_would_be_refused_is_to_be_mended(project):
    """So many refused rows would hold the load; fewer are told with the commonest reason."""
    rows = reviews(40)
    bad = [["", "", "", ""] if number % 4 == 0 else row for number, row in enumerate(rows)]
    broken = [[row[0], "never", "many", ""] if number % 2 == 0 else row for number, row in enumerate(bad)]
    old(write_csv(project.parent / "exports" / "november.csv", broken))
    found = line(project, "source")
    assert found.startswith("MEND reviews: ") and "would be refused" in found and "the load would be held" in found
    few = [[row[0], "never", "many", ""] if number == 3 else row for number, row in enumerate(rows)]
    old(write_csv(project.parent / "exports" / "november.csv", few))
    assert "; 1 of the first 40 records of exports/november.csv would be refused (1 x " in line(project, "source")


def test_a_store_that_is_none_is_to_be_mended(project):
    """A file that is no database, and a folder that cannot hold one."""
    (project.parent / "groundswell.db").write_text("not a database, but long enough to be taken for something else")
    assert line(project, "store").startswith("MEND") and "is not a database" in line(project, "store")
    assert line(project, "source").startswith("reviews: 1 file, 1 new")
    project.write_text(f'store = "{project.name}/below/x.db"\n{SETTINGS}', "utf-8")
    assert line(project, "store").startswith("MEND") and "another place for `store`" in line(project, "store")


def test_a_missing_key_is_to_be_mended(project):
    """Without its key a project cannot tell old records from new ones; others' rights to it are told with the cure."""
    key = project.parent / "groundswell.key"
    key.chmod(0o644)
    assert f"chmod 600 {key}" in line(project, "key")
    key.unlink()
    assert line(project, "key").startswith("MEND") and "groundswell init" in line(project, "key")


def test_a_project_without_sources_is_to_be_mended(project):
    """An empty file is good settings, but nothing to work on."""
    project.write_text("", "utf-8")
    assert "names no source" in line(project, "settings")


def test_too_little_room_is_to_be_mended(project, monkeypatch):
    """Twice what is new, and 2 GiB at least, have to be free where the store and the digests are."""
    usage: Any = shutil.disk_usage(project.parent)._replace(free=2**30)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert line(project, "disk").startswith("MEND 1.0 GiB free") and "at least 2 GiB" in line(project, "disk")


GUIDED = """
[[themes.guided]]
name = "Delivery"
examples = ["where is my parcel", "it came late", "the courier never came"]
[[themes.guided]]
name = "Fees"
examples = ["the fee is too high"]
"""


def test_guided_themes_with_few_examples_are_told(project):
    """How many there are, and which of them would find more with more examples; without any there is no line."""
    assert not {"guided", "naming"} & set(dict(project_checks(project)))
    project.write_text(SETTINGS + GUIDED, "utf-8")
    assert line(project, "guided") == "2 guided themes; with 3 examples or more, much more is found for: Fees"


def test_the_endpoint_is_asked_once_with_words_of_ours(project, monkeypatch):
    """It answers, or the line says why not and what to do; the key is in neither."""
    monkeypatch.setenv("GROUNDSWELL_THEMES__NAMING__KEY", "hunter2")
    with serving(answering(lambda data: "card never arrived")) as model:
        project.write_text(f"{SETTINGS}[themes.naming]\nurl = '{model.url}'\nmodel = 'small'", "utf-8")
        assert line(project, "naming") == f"small at {model.url.split('/')[2]} answers"
        assert len(model.requests) == 1 and model.headers[0]["Authorization"] == "Bearer hunter2"
        model.reply = lambda request, sent: send(request, b"hunter2", 401)
        told = line(project, "naming")
    assert told.startswith("MEND") and "answered 401 (the key is refused, or none is set); mend [themes.naming]" in told
    assert "hunter2" not in told


def test_an_unknown_source_is_refused_with_the_nearest(project):
    """`--source` with a name that is none."""
    opened = open_project(project)
    assert [source.name for source in opened.select(())] == [source.name for source in opened.select(["reviews"])]
    with pytest.raises(ConfigError, match="no source 'review'; did you mean 'reviews'"):
        opened.select(["review"])
    with pytest.raises(ConfigError, match="no source 'zzz'; known are reviews"):
        opened.select(["zzz"])


# ------------------------------------------------------------------------------------------------------------- cron


@pytest.mark.parametrize(
    "text",
    [
        *("0 6 * * 1", "30 5 * * mon-fri", "*/15 * * * *", "0 0 1 * *", "0 0 1 jan,jul *", "0 12 29 2 *"),
        *(
            "5 4 13 * fri",
            "0 22 * * 1-5",
            "23 0-20/2 * * *",
            "0 0,12 1 */2 *",
            "0 4 8-14 * *",
            "0 3 * * 7",
            "7 7 */9 * 0",
        ),
    ],
)
def test_the_scheduler_means_the_same_by_an_expression(text):
    """Each expression is due at the same times by our reading as by the scheduler's, in the settings' zone."""
    from prefect._vendor.croniter import croniter
    from prefect.client.schemas.schedules import CronSchedule

    assert CronSchedule(cron=text, timezone="Europe/Berlin").cron == text
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(40):
        ours = parse_cron(text).next_after(moment)
        assert ours == croniter(text, moment).get_next(datetime)
        moment = ours + timedelta(hours=7)
