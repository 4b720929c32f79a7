"""How quickly the explorer opens and filters in a real browser, and how large its file is.

    python -m benchmarks.explorer [--comments 20000] [--rounds 5] [--page FILE]

The comments are made up: some 160 characters and two clauses each, 150 themes, five things to filter by. With --page
an explorer.html that Groundswell wrote is measured in their place. Promised at 20,000 comments on two cores: first
paint, comments on screen and each filter within 300 ms, from the event to the frame that shows what came of it. Needs
Chromium; exit code 1 where a promise was broken. The machine may be shared: the best and the worst of the
rounds are printed beside the median, which counts.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

# The browser and the made-up comments are those of the tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "helpers"))

from browser import Browser, open_browser
from explorers_for_tests import explorer

from reports.explorer.data import explorer_json
from reports.explorer.page import render_explorer

PROMISED = 300.0  # milliseconds
# Until the frame after the change was drawn: the first callback comes before it, the second after.
TIMED = """(async () => {
  const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const el = id => document.getElementById(id);
  const type = (id, words) => { el(id).value = words; el(id).dispatchEvent(new Event("input", {bubbles: true})); };
  const choose = (select, value) => {
    select.value = value; select.dispatchEvent(new Event("change", {bubbles: true}));
  };
  await drawn();
  const began = performance.now();
  ACTION;
  await drawn();
  return performance.now() - began;
})()"""
OPENED = """(async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const view = performance.getEntriesByName("view")[0];
  return [paint ? paint.startTime : NaN, view.startTime + view.duration];
})()"""
BACK = 'el("reset").click()'
# What somebody does, and how they leave it again; the order is that of a reader.
ACTIONS = {
    "search one word": ('type("q", "refund")', BACK),
    "search three words, the accents left out": ('type("q", "cafe naive happened")', BACK),
    "search words in quotation marks": ('type("q", \'"the other team"\')', BACK),
    "search what is nowhere": ('type("q", "zzzz")', BACK),
    "filter by tone": ('document.querySelectorAll("#moods input")[1].click()', BACK),
    "filter by the first facet": ('choose(document.querySelector("#facets select"), "1")', BACK),
    "filter by the last facet": ('choose([...document.querySelectorAll("#facets select")].at(-1), "1")', BACK),
    "filter by time": (
        'document.getElementById("time-from") && choose(document.getElementById("time-from"), "2")',
        BACK,
    ),
    "open a theme": ('document.querySelector("button.theme").click()', BACK),
    "open a theme under a search": (
        'type("q", "the"); await drawn(); document.querySelector("button.theme").click()',
        BACK,
    ),
    "unhappiest first": ('choose(el("sort"), "unhappy")', 'choose(el("sort"), "new")'),
    "100 more comments": ('el("more").click()', BACK),
    "find a theme": ('type("find", "fee")', 'type("find", "")'),
    "clear all": (BACK, BACK),
}


def measure(browser: Browser, page: Path, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of the opening and of each action, one of each round."""
    taken: dict[str, list[float]] = {"first paint": [], "comments on screen": []}
    for _ in range(rounds):
        said = browser.load(page)
        if said:
            raise SystemExit(f"{page.name}: the console complains: {said[0][:300]}")
        painted, shown = browser.value(OPENED)
        taken["first paint"].append(painted)
        taken["comments on screen"].append(shown)
        for name, (action, back) in ACTIONS.items():
            taken.setdefault(name, []).append(browser.value(TIMED.replace("ACTION", action)))
            browser.value(TIMED.replace("ACTION", back))
    return taken


def report(taken: dict[str, list[float]]) -> int:
    """Prints the figures; 1 where a median is over what is promised."""
    broken = 0
    print(f"{'':44}{'best ms':>8}{'median':>8}{'worst':>8}")
    for name, times in taken.items():
        late = statistics.median(times) > PROMISED
        broken |= late
        figures = "".join(f"{figure:>8.0f}" for figure in (min(times), statistics.median(times), max(times)))
        print(f"{name:44}{figures}{'  BROKEN: over 300' if late else ''}")
    return broken


def main() -> int:
    """Makes the page, opens it in a browser, prints what it took."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--comments", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--page", type=Path)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = asked.page.resolve() if asked.page else Path(folder) / "explorer.html"
        if not asked.page:
            made = explorer(asked.comments, themes=150)
            page.write_text(render_explorer(explorer_json(made), 1), encoding="utf-8")
            print(f"{asked.comments:,} made-up comments, {len(made.clauses.start):,} clauses", end="; ")
        print(f"{page.name}: {page.stat().st_size / 1e6:.1f} MB")
        with open_browser(Path(folder) / "profile") as browser:
            return report(measure(browser, page, asked.rounds))


if __name__ == "__main__":
    sys.exit(main())
