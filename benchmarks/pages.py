"""Every HTML page in a real browser: on the demo, and on greenlight, telecom NPS and Shopzilla as one project.

    python -m benchmarks.pages --data DIR --out DIR [--only demo]

Makes the demo's pages, and in a project of the three sets (`groundswell init`) those of a run on a day in each source's
life, with the batch checks' pages beside them; the mails are drawn from the digests. Opens each in headless Chromium at
1280 and 390 px, light and dark, keeps a picture of each view in the out folder, and prints what it saw. Promised: no
message on the console, no request that leaves the file, no sideways scrolling, no picture that does not show, nothing
that axe-core calls serious or critical. Exit code 1 where one is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# The browser, the command as a process, and how a mail is shown are those of the tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "helpers"))

from browser import SCHEMES, WIDTHS, Browser, open_browser
from commands_for_tests import environment_in, one_prefect_server, run_command
from kills_for_tests import copy_project
from pages_for_tests import mail_page

from benchmarks.history import SOURCES
from reports.digest import from_plain
from reports.formats.mail import render_mail

LINK = "https://example.com/digest.html"


@dataclass
class Totals:
    """What was seen in all pages of one set."""

    pages: int = 0
    views: int = 0
    console: int = 0
    requests: int = 0
    wider: int = 0
    broken: int = 0
    violations: int = 0
    sizes: list[int] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """What breaks a promise."""
        return self.console + self.requests + self.wider + self.broken + self.violations

    def __str__(self) -> str:
        return (
            f"{self.pages} pages, {self.views} views: {self.console} console messages, {self.requests} requests, "
            f"{self.wider} too wide, {self.broken} broken pictures, {self.violations} serious or critical violations; "
            f"pages of {min(self.sizes) / 1000:,.0f} to {max(self.sizes) / 1000:,.0f} kB"
        )


def run(environment: Mapping[str, str], folder: Path, *arguments: object) -> None:
    """A command that has to end well."""
    ended = run_command(*arguments, environment=environment, folder=folder)
    if ended.code:
        raise SystemExit(f"{' '.join(map(str, arguments))}: exit code {ended.code}: {ended.said[-1:]}")
    print(f"  {' '.join(map(str, arguments[:4]))}: {ended.seconds:.1f} s", flush=True)


def make_sets(folder: Path, data: Path, only: str, environment: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    """(name, folder of pages) of the demo and of each day, as they are made."""
    if only in ("", "demo"):
        run(environment, folder, "demo", "--out", folder / "demo")
        yield "demo", folder / "demo"
    if only == "demo":
        return
    new = folder / "new"
    new.mkdir()
    run(environment, new, "init", *(data / file for file, _ in SOURCES.values()))
    for name, (_, day) in SOURCES.items():
        project = copy_project(new, folder / name)
        run(environment, project, "run", "--as-of", day, "--data-docs", project / "out" / "data-docs")
        yield name, project / "out"


def write_mails(pages: Path) -> None:
    """The HTML part of each digest's mail beside it."""
    for path in sorted(pages.glob("*/*/digest.json")):
        mail = render_mail(from_plain(json.loads(path.read_text("utf-8"))), "full", LINK)
        path.with_name("mail.html").write_text(mail_page(mail), "utf-8")
        print(
            f"  mail of {path.parent.parent.name}: {len(mail.html.encode()) / 1000:.0f} kB, {len(mail.images)} pictures"
        )


def look(browser: Browser, name: str, pages: Path, shots: Path) -> Totals:
    """Every page below the folder in every view; a line for each page, and for each fault."""
    totals = Totals()
    for path in sorted(pages.rglob("*.html")):
        called = path.relative_to(pages).with_suffix("").as_posix()
        before, size = totals.faults, path.stat().st_size
        for width in WIDTHS:
            for scheme in SCHEMES:
                _look_once(browser, path, (width, scheme), totals, shots / name / f"{called}-{width}-{scheme}.png")
        totals.pages += 1
        totals.sizes.append(size)
        print(f"  {called}: {size / 1000:,.0f} kB, {totals.faults - before} faults", flush=True)
    return totals


def _look_once(browser: Browser, path: Path, view: tuple[int, str], totals: Totals, shot: Path) -> None:
    seen = browser.visit(path, *view)
    found = browser.violations()
    # The explorer draws what the window shows of its list, and no more.
    browser.screenshot(shot, whole=path.name != "explorer.html")
    totals.views += 1
    totals.console += len(seen.console)
    totals.requests += len(seen.requests)
    totals.wider += bool(seen.overflow)
    totals.broken += seen.broken
    totals.violations += len(found)
    for line in (*seen.console, *seen.requests, *found):
        print(f"    {view[0]} px, {view[1]}: {line[:300]}")
    if seen.overflow or seen.broken:
        print(f"    {view[0]} px, {view[1]}: {seen.overflow} px too wide, {seen.broken} pictures do not show")


def main() -> int:
    """All sets; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the feedback sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--only", default="", choices=["", "demo", "real"])
    options = parser.parse_args()
    data, out, faults = options.data.absolute(), options.out.absolute(), 0
    with (
        tempfile.TemporaryDirectory() as folder,
        one_prefect_server(environment_in(Path(folder))) as environment,
        open_browser(Path(folder) / "browser") as browser,
    ):
        for name, pages in make_sets(Path(folder), data, options.only, environment):
            write_mails(pages)
            seen = look(browser, name, pages, out)
            faults += seen.faults
            print(f"{name}: {seen}", flush=True)
    print(f"promises broken: {faults}")
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
