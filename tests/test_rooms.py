"""The map of rooms, held true: who may import whom, and where each big library lives."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "groundswell": set(),
    "extractors": {"groundswell"},
    "expectations": {"groundswell"},
    "analysis": {"groundswell"},
    "reports": {"groundswell"},
    "flows": {"groundswell", "extractors", "expectations", "analysis", "reports"},
}
HOME = {
    "prefect": {"flows"},
    "sqlalchemy": {"groundswell"},
    "alembic": {"groundswell"},
    "great_expectations": {"expectations"},
    "bertopic": {"analysis"},
    "vaderSentiment": {"analysis"},
    "onnxruntime": {"analysis"},
    "faiss": {"analysis"},
    "jinja2": {"reports"},
    "altair": {"reports"},
    "xlsxwriter": {"reports"},
    "apprise": {"reports"},
    "phonenumbers": {"groundswell"},
    "python_calamine": {"extractors"},
    "arro3": {"extractors"},
    "rich": {"flows"},
    "click": {"flows"},
}
# Within the largest room; a package imports none that is not named here.
WITHIN_ANALYSIS = {
    "text": set(),
    "labels": {"text"},
    "sentiment": {"text"},
    "themes": {"text", "sentiment", "labels"},
    "statistics": set(),
    "alerts": {"statistics"},
    "scope": {"statistics"},
    "findings": {"text", "sentiment", "statistics", "alerts", "scope"},
}
# And within its crowded part: `everything` stands above all of them.
WITHIN_FINDINGS = {
    "comments": set(),
    "service": set(),
    "themes": {"comments"},
    "compare": {"themes"},
    "news": {"compare"},
}
# The largest room after it: words, then charts of them, then what a page shows, its news, its formats and sendings.
WITHIN_REPORTS = {
    "wording": set(),
    "charts": {"wording"},
    "page": {"wording", "charts"},
    "news": {"wording", "page"},
    "formats": {"wording", "charts", "page"},
    "explorer": {"wording", "charts", "page", "formats"},
    "quality": {"wording", "charts", "page", "formats"},
    "delivery": {"wording", "page", "formats"},
}
NETWORK = {"requests", "httpx", "urllib3", "aiohttp", "socket", "ssl", "smtplib", "http.client", "urllib.request"}
# The only modules that open a connection: one asks nobody unless [themes.naming] names an endpoint, the other room
# sends nothing unless [channels] does.
MAY_OPEN = {ROOT / "groundswell" / "llm.py", *(ROOT / "reports" / "delivery").glob("*.py")}


def imports(room: str) -> Iterator[tuple[Path, str]]:
    """Every module name that a file of the room imports, at the top or inside a function."""
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield path, node.module


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_downwards_only(room):
    """A room knows the shared package and no neighbour; only flows/ sees everyone."""
    seen = 0
    for path, module in imports(room):
        name = module.split(".")[0]
        seen += 1
        if name in MAY_IMPORT and name != room:
            assert name in MAY_IMPORT[room], f"{path} imports {name}"
        assert room in HOME.get(name, {room}), f"{path}: {name} lives in {HOME[name]}"
    assert seen > 3, f"no imports found in {room}: the test looks in the wrong place"


@pytest.mark.parametrize("package", WITHIN_ANALYSIS)
def test_packages_of_the_analysis_import_downwards_only(package):
    """Texts and statistics know nobody, themes know what reads texts; findings know no themes."""
    seen = 0
    for path, module in imports(f"analysis/{package}"):
        room, _, rest = module.partition(".")
        other = rest.split(".")[0]
        seen += 1
        if room == "analysis" and other != package:
            assert other in WITHIN_ANALYSIS[package], f"{path} imports {module}"
    assert seen > 3, f"no imports found in {package}: the test looks in the wrong place"


@pytest.mark.parametrize("package", WITHIN_FINDINGS)
def test_packages_of_the_findings_import_downwards_only(package):
    """Comments know no themes, themes no comparisons, comparisons no alerts; nobody knows the whole."""
    seen = 0
    for path, module in imports(f"analysis/findings/{package}"):
        rest = module.removeprefix("analysis.findings.")
        seen += 1
        if module.startswith("analysis.findings.") and rest.split(".")[0] != package:
            assert rest.split(".")[0] in WITHIN_FINDINGS[package], f"{path} imports {module}"
    assert seen > 3, f"no imports found in {package}: the test looks in the wrong place"


@pytest.mark.parametrize("package", WITHIN_REPORTS)
def test_packages_of_the_reports_import_downwards_only(package):
    """Words know no charts, charts no pages; formats show what a page holds, and only sending comes after."""
    seen = 0
    for path, module in imports(f"reports/{package}"):
        room, _, rest = module.partition(".")
        other = rest.split(".")[0]
        seen += 1
        if room == "reports" and other in WITHIN_REPORTS and other != package:
            assert other in WITHIN_REPORTS[package], f"{path} imports {module}"
    assert seen > 2, f"no imports found in {package}: the test looks in the wrong place"


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_room_opens_the_network(room):
    """Nothing leaves the machine by another way: no module but these imports a network client."""
    for path, module in imports(room):
        if path in MAY_OPEN:
            continue
        assert module not in NETWORK and module.split(".")[0] not in NETWORK, f"{path} imports {module}"
