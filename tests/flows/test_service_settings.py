"""[service] of the settings on its way to the figures: agents, and the count behind contacts per hundred."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analysis.scope.service_options import ServiceOptions
from flows.commands.check_service import service_checks
from flows.project import open_project
from groundswell.errors import ConfigError

SOURCE = """
[sources.desk]
kind = "ticket"
files = ["desk.csv"]
[sources.desk.columns]
text = [["text"]]
id = "id"
"""


def project(folder: Path, service: str = "", columns: str = ""):
    """A project with one source of tickets."""
    (folder / "groundswell.toml").write_text(f"{SOURCE}{columns}\n{service}", "utf-8")
    (folder / "desk.csv").write_text("id,text,who\n1,it never came,Ann Lee\n", "utf-8")
    return open_project(folder / "groundswell.toml")


def test_agents_are_stored_only_where_the_settings_say_so(tmp_path: Path) -> None:
    """The column of the agents is one of names in any case, and a segment only with `agents = true`."""
    columns = 'segments = { agent = "who", team = "team" }'
    without = project(tmp_path, columns=columns).sources[0].mapping
    assert (dict(without.segments), without.names) == ({"team": "team"}, ("who",))
    asked = project(tmp_path, "[service]\nagents = true", columns).sources[0].mapping
    assert (dict(asked.segments), asked.names) == ({"agent": "who", "team": "team"}, ("who",))
    assert without.version != asked.version, "what was read without the names is read again with them, and back"
    plain = project(tmp_path).sources[0].mapping
    assert (dict(plain.segments), plain.names) == ({}, ())


def test_other_people_who_serve_are_names_and_no_segments(tmp_path: Path) -> None:
    """A supervisor's column is one of names, with or without figures of agents; so is a person's column under another
    name, unless that name is one of groups; the check says which they are."""
    columns = 'segments = { supervisor = "boss", level = "Assigned To", queue = "Handled by", team = "team" }'
    for service in ("", "[service]\nagents = true"):
        found = project(tmp_path, service, columns)
        mapping = found.sources[0].mapping
        assert (dict(mapping.segments), mapping.names) == (
            {"queue": "Handled by", "team": "team"},
            ("boss", "Assigned To"),
        )
    said = lines(project(tmp_path, columns=columns))["segments of persons"]
    assert said.endswith("neither stored nor compared: desk (level), desk (supervisor)")


def test_the_count_is_read_beside_the_settings(tmp_path: Path) -> None:
    """A relative path begins at the settings file; the options carry the counts, their name and the days asked for."""
    (tmp_path / "orders.csv").write_text("date,count\n2026-11-02,650\n2026-11-09,700\n", "utf-8")
    said = '[service]\ncontact_base = "orders.csv"\ncontact_base_name = "parcels"\nfirst_contact_days = 3'
    options = project(tmp_path, said).statistics_options().service
    assert options.base is not None
    assert (options.base.name, options.base.days, options.first_contact_days) == ("parcels", 7, 3)
    assert options.base.counts == ((date(2026, 11, 2), 650.0), (date(2026, 11, 9), 700.0))


def test_the_defaults_are_those_of_the_figures(tmp_path: Path) -> None:
    """Without a word in the settings the figures are what the analysis gives by itself."""
    assert project(tmp_path).service_options() == ServiceOptions()


def test_a_count_that_cannot_be_read_stops_no_digest(tmp_path: Path) -> None:
    """The digests come out without the ratio, and say why; nothing else is lost."""
    options = project(tmp_path, '[service]\ncontact_base = "orders.csv"').service_options()
    assert options.base is None and "orders.csv" in str(options.base_problem)


def lines(opened) -> dict[str, str]:
    """What the checks say, or the mistake they found."""
    found = {}
    for name, look in service_checks(opened):
        try:
            found[name] = look()
        except ConfigError as mistake:
            found[name] = f"mistake: {mistake}"
    return found


def test_check_says_what_was_understood(tmp_path: Path) -> None:
    """Nothing where nothing is set; the span of the count; the column of the agents."""
    assert lines(project(tmp_path)) == {}
    (tmp_path / "orders.csv").write_text("date,count\n2026-11-02,650\n2026-11-09,700\n", "utf-8")
    said = '[service]\nagents = true\ncontact_base = "orders.csv"'
    found = lines(project(tmp_path, said, 'segments = { agent = "who" }'))
    assert found["orders"] == "2 weeks, 2026-11-02 to 2026-11-09"
    assert found["agents"] == "figures of single agents are told, and their names stored, of desk (column 'who')"


@pytest.mark.parametrize(
    ("service", "name", "said"),
    [
        ("agents = true", "agents", "no source names its column of agents"),
        ('contact_base = "nowhere.csv"', "orders", "service.contact_base: nowhere.csv"),
    ],
)
def test_check_says_what_to_mend(tmp_path: Path, service: str, name: str, said: str) -> None:
    """Agents without a column and a count that is not there are mistakes, each with what to do."""
    found = lines(project(tmp_path, f"[service]\n{service}"))[name]
    assert found.startswith("mistake: ") and said in found
