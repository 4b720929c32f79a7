"""`groundswell demo`: what was planted is found, and what is personal is nowhere."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest

from extractors.demo import DEMO_FILES, DemoTruth, generate_demo
from flows.commands.demo import theme_of
from groundswell.storage import open_store

# The demo walks five weeks: the longest fixture there is.
pytestmark = pytest.mark.soak

WEEKS = 14  # the fewest in which the slow incident fits, and enough for the others


@dataclass(frozen=True)
class Demo:
    """One demo that was run."""

    out: Path
    store: Path
    truth: DemoTruth
    printed: str

    def digest(self, audience: str) -> dict:
        """The audience's digest."""
        [path] = (self.out / audience).glob("*/digest.json")
        return json.loads(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def demo(prefect_server, environment, run, tmp_path_factory) -> Demo:
    """The demo, run once in this process."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        ended = run("demo", "--out", folder / "out", "--weeks", WEEKS)
    assert ended.code == 0, ended.err
    truth = generate_demo(folder / "again", weeks=WEEKS)
    return Demo(folder / "out", folder / "out" / f"demo-20-{WEEKS}.db", truth, ended.out)


def test_the_demo_writes_the_same_exports_each_time(demo):
    """The invented exports are the same to the byte on every run and machine."""
    for name in DEMO_FILES.values():
        assert (demo.out / "data" / name).read_bytes() == (demo.out.parent / "again" / name).read_bytes()


def test_the_sudden_incident_is_found(demo):
    """The planted double charge is one theme with 60 % of its records, rises significantly, and is the news."""
    [incident] = [incident for incident in demo.truth.incidents if incident.kind == "sudden"]
    with open_store(demo.store) as store:
        theme, held = theme_of(incident, store.load_feedback(), store.load_analysis()[0])
    assert theme is not None and held >= 0.6
    service = demo.digest("service")
    [point] = [point for point in service["pain_points"] if point["theme_id"] == theme]
    change = point["change"]
    assert change["significant"] and change["value"] > 2 * change["baseline"]
    assert f"“{point['label']}”" in service["headline"][0]
    found = [line for line in demo.printed.splitlines() if line.startswith(f"  {incident.name} (sudden)")]
    assert len(found) == 1 and "FOUND: alert (surge, since 2026-W46)" in found[0]


def test_every_incident_has_a_theme(demo):
    """The slow and the one-version incident, too, are each held by one theme to 60 %."""
    with open_store(demo.store) as store:
        feedback, clauses = store.load_feedback(), store.load_analysis()[0]
    for incident in demo.truth.incidents:
        assert theme_of(incident, feedback, clauses)[1] >= 0.6, incident.name


def test_the_accounting_knows_every_row(demo):
    """Each export's rows are all accounted for: what was broken was refused or said, and nothing was lost."""
    with open_store(demo.store) as store:
        accounts = store.accounting()
        kept = {(row.source, row.response_id or row.reference) for row in store.load_feedback().itertuples()}
        refused = len(store.load_quarantine())
    assert len(accounts) == 3 and all(account.balanced for account in accounts)
    assert refused == sum(account.quarantined for account in accounts) > 0
    broken = set(demo.truth.broken_ids)
    for row in demo.truth.records:
        if row.record_id not in broken:
            source = Path(DEMO_FILES[row.source]).name.split(".")[0]
            assert (source, row.record_id) in kept


def test_nothing_personal_reaches_a_page(demo):
    """No planted name, address, number or account stands in any file of the out folder but the exports themselves."""
    pages = [path for path in demo.out.rglob("*") if path.is_file() and "data" not in path.relative_to(demo.out).parts]
    assert len(pages) >= 14
    assert found_in(demo.truth, {path.name: path.read_bytes() for path in pages if path.suffix != ".db"}) == []
    assert "PERSONAL DATA" not in demo.printed
    assert found_in(demo.truth, {"what was printed": demo.printed.encode()}) == []


def test_nothing_personal_reaches_the_store(demo):
    """No planted item stands in the bytes of the store, its log, or any value of its tables."""
    files = [path for path in demo.store.parent.iterdir() if path.name.startswith(demo.store.name)]
    # Vectors are bytes by chance: three letters of a name turn up among millions of them.
    assert found_in(demo.truth, {path.name: path.read_bytes() for path in files}, least=6) == []
    with sqlite3.connect(demo.store) as connection:
        texts = "\n".join(connection.iterdump())
    connection.close()
    assert found_in(demo.truth, {"tables": re.sub(r"X'[0-9A-F]*'", "", texts).encode()}) == []


def test_nothing_personal_reaches_prefect(demo, home):
    """No planted item, and no word of any comment, stands in the files that Prefect keeps."""
    files = {str(path): path.read_bytes() for path in (home / "state").rglob("*") if path.is_file()}
    assert any(name.endswith("prefect.db") for name in files)
    assert found_in(demo.truth, files) == []
    with open_store(demo.store) as store:
        comments = [text for text in store.load_feedback()["text"] if len(text) > 40]
    everything = b"\n".join(files.values())
    assert len(comments) > 1000
    assert not any(comment.encode() in everything for comment in comments[::10])


def found_in(truth: DemoTruth, contents: dict[str, bytes], least: int = 0) -> list[tuple[str, str]]:
    """(where, what) for each planted item of `least` letters that stands there as a word of its own."""
    items = {item.text for item in truth.personal if len(item.text) >= least}
    assert len(items) > 100
    words = re.compile(
        rb"(?<![A-Za-z0-9])(" + b"|".join(re.escape(item.encode()) for item in items) + rb")(?![A-Za-z0-9])"
    )
    return [(name, found.decode()) for name, content in contents.items() for found in set(words.findall(content))]
