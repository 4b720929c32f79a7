"""The pages in a real browser: no error, no sideways scrolling, on a desktop and on a phone, light and dark.

Chromium is spoken to over its debugging pipe, so that no port is opened and no driver is needed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.digest import Digest
from reports.index import write_index
from reports.write import write_digest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# The browser reads commands from descriptor 3 and answers on 4.
START = """
import os, sys
theirs_in, theirs_out = map(int, sys.argv[1:3])
os.dup2(theirs_in, 13), os.dup2(theirs_out, 14)
os.dup2(13, 3), os.dup2(14, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


class Browser:
    """A headless Chromium with one page."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        theirs_in, self.out = os.pipe()
        self.back, theirs_out = os.pipe()
        arguments = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-pipe"]
        command = [sys.executable, "-c", START, str(theirs_in), str(theirs_out), *arguments]
        self.process = subprocess.Popen(
            command, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.number, self.rest, self.session, self.events = 0, b"", "", list[dict[str, Any]]()
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command, wait for its answer; events that come meanwhile are kept."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while (answer := self.read()).get("id") != self.number:
            self.events.append(answer)
        return dict(answer["result"])

    def read(self) -> dict[str, Any]:
        """The next message."""
        while b"\0" not in self.rest:
            chunk = os.read(self.back, 1 << 16)
            assert chunk, "the browser went away"
            self.rest += chunk
        message, _, self.rest = self.rest.partition(b"\0")
        return dict(json.loads(message))

    def load(self, path: Path, width: int, scheme: str) -> list[str]:
        """Open a file at a width; returns what the console and the log complained of."""
        self.events.clear()
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.read())
        noise = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [json.dumps(event["params"]) for event in self.events if event.get("method") in noise]

    def value(self, expression: str) -> Any:
        """What a script outside the page sees."""
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def close(self) -> None:
        """End the browser that was started here."""
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.back)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser, where there is one."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: pages are checked as text only")
    started = Browser(tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


def endless(digest: Digest) -> Digest:
    """The digest with words that have no end."""
    word = "W" * 400
    points = tuple(
        replace(p, label=word, parent=word, owner=word, verbatims=tuple(replace(v, text=word) for v in p.verbatims))
        for p in digest.pain_points
    )
    sources = tuple(replace(s, name=word) for s in digest.sources)
    return replace(digest, pain_points=points, sources=sources, headline=(word, word), title=word)


@pytest.fixture(scope="module")
def pages(digests: dict[str, Digest], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every page of a run, the index included."""
    out = tmp_path_factory.mktemp("out")
    every = {**digests, "endless": endless(digests["service"])}
    written = [(write_digest(digest, out / name)[0], digest) for name, digest in every.items()]
    return [*(path for path, _ in written), write_index(written, out)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_load_cleanly_and_fit(browser: Browser, pages: list[Path], width: int, scheme: str) -> None:
    """Each page loads without a console message, shows all its pictures, and is no wider than the window."""
    for path in pages:
        assert browser.load(path, width, scheme) == []
        assert browser.value("document.documentElement.scrollWidth") <= width, path
        assert browser.value("[...document.images].filter(i => !i.naturalWidth).length") == 0
        assert browser.value("getComputedStyle(document.body).fontFamily").startswith("system-ui")


def test_dark_pages_are_dark_with_dark_pictures(browser: Browser, pages: list[Path]) -> None:
    """In a dark scheme the page's ground is dark, and the picture chosen is another than in a light one."""
    seen = {}
    for scheme in ("light", "dark"):
        browser.load(pages[0], 1280, scheme)
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
