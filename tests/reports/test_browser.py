"""The pages in a real browser, on a desktop and on a phone, light and dark: no error, no request, no sideways
scrolling, and nothing that axe-core finds serious or critical.

GROUNDSWELL_SCREENSHOTS=DIR keeps a picture of each of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import AXE, CHROMIUM, SCHEMES, WIDTHS, Browser, open_browser
from pages_for_tests import write_pages

from reports.digest import Digest

# One page of each kind; `make soak` looks at every page, `python -m benchmarks.pages` at those of real feedback.
KINDS = ("service", "marketing", "index", "quality", "mail-service", "explorer")
VIEWS = tuple((width, scheme) for width in WIDTHS for scheme in SCHEMES)
BAD = """<!doctype html><html><head><title>x</title></head><body><p style="color:#999;background:#fff">pale</p>
<img src="data:image/png;base64,x"><script>console.log("said")</script><div style="width:3000px">wide</div>
<img src="neighbour.png"></body></html>"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser, where there is one."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: pages are checked as text only")
    with open_browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def pages(browser: Browser, digests: dict[str, Digest], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every page, by its name."""
    return write_pages(tmp_path_factory.mktemp("out"), digests)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_load_cleanly_and_fit(browser: Browser, pages: dict[str, Path], width: int, scheme: str) -> None:
    """Each page loads without a console message or a request, shows its pictures, and is no wider than the window."""
    kept = os.environ.get("GROUNDSWELL_SCREENSHOTS")
    for name, path in pages.items():
        seen = browser.visit(path, width, scheme)
        assert seen.is_clean, (name, seen)
        assert kept or browser.value("document.body.innerText.length") > 100
        if kept:
            # The explorer draws what the window shows of its list, and no more.
            browser.screenshot(Path(kept) / f"{name}-{width}-{scheme}.png", whole=name != "explorer")


def find_violations(browser: Browser, pages: dict[str, Path], views: list[tuple[int, str]]) -> dict[str, list[str]]:
    """What axe-core finds in each page at the next of the views."""
    if AXE is None:
        pytest.skip("axe-core is not installed: `make test` installs it")
    found = {}
    for place, (name, path) in enumerate(pages.items()):
        width, scheme = views[place % len(views)]
        browser.visit(path, width, scheme)
        if lines := browser.violations():
            found[f"{name} at {width} px, {scheme}"] = lines
    return found


def test_pages_are_accessible(browser: Browser, pages: dict[str, Path]) -> None:
    """axe-core finds nothing serious or critical in a page of each kind; each is looked at in one of the four views."""
    assert find_violations(browser, {name: pages[name] for name in KINDS}, [*VIEWS]) == {}


@pytest.mark.soak
@pytest.mark.parametrize("view", [(1280, "light"), (390, "dark")])
def test_every_page_is_accessible(browser: Browser, pages: dict[str, Path], view: tuple[int, str]) -> None:
    """Nor in any other page, on a desktop in light colours and on a phone in dark ones."""
    assert find_violations(browser, pages, [view]) == {}


def test_the_instruments_see_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    """A page that speaks, asks, sticks out, breaks a picture and is pale is found guilty of each."""
    bad = tmp_path / "bad.html"
    bad.write_text(BAD, "utf-8")
    seen = browser.visit(bad, 1280, "light")
    assert any('"value": "said"' in one for one in seen.console)  # in whichever order the three of them come
    assert [Path(url).name for url in seen.requests] == ["neighbour.png"]
    assert seen.overflow > 1000 and seen.broken == 2 and not seen.is_clean
    rules = {line.split()[1].rstrip(":") for line in browser.violations()}
    assert {"color-contrast", "image-alt", "html-has-lang"} <= rules


def test_dark_pages_are_dark_with_dark_pictures(browser: Browser, pages: dict[str, Path]) -> None:
    """In a dark scheme the page's ground is dark, and the picture chosen is another than in a light one."""
    seen = {}
    for scheme in ("light", "dark"):
        browser.load(pages["service"], 1280, scheme)
        ground = browser.value("getComputedStyle(document.body).backgroundColor")
        seen[scheme] = (sum(map(int, re.findall(r"\d+", ground)[:3])), browser.value("document.images[0].currentSrc"))
    assert seen["dark"][0] < 100 < 600 < seen["light"][0]
    assert seen["dark"][1] != seen["light"][1]


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of #rrggbb."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_has_enough_contrast(scheme: int) -> None:
    """Every text colour reaches WCAG AA, 4.5 to 1, on the page's ground, in the light and in the dark scheme."""
    css = Path(__file__).resolve().parents[2] / "reports/templates/style.css.jinja"
    palettes = re.findall(r":root \{(.*?)\}", css.read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", palettes[scheme]))
    ground = luminance(colours["paper"])
    for name in ("ink", "muted", "accent", "bad", "good", "new"):
        light, dark = sorted((luminance(colours[name]), ground), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name
