"""Pages in a real browser, as tests and benchmarks look at them.

Chromium is spoken to over its debugging pipe, so that no port is opened and no driver is needed.

    with open_browser(folder) as browser:
        seen = browser.visit(page, 390, "dark")     # console, requests, sideways scrolling
        serious = browser.violations()              # axe-core, serious and critical
        browser.screenshot(folder / "page.png")
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["AXE", "CHROMIUM", "SCHEMES", "WIDTHS", "Browser", "Seen", "open_browser"]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTHS, SCHEMES = (1280, 390), ("light", "dark")
# The browser reads commands from descriptor 3 and answers on 4.
START = """
import os, sys
theirs_in, theirs_out = map(int, sys.argv[1:3])
os.dup2(theirs_in, 13), os.dup2(theirs_out, 14)
os.dup2(13, 3), os.dup2(14, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
NOISE = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
TALLEST = 16_000  # Chromium draws no taller picture
# What a screen reader's user, or one who sees little, would stumble over: axe-core's own levels.
SERIOUS = ("serious", "critical")
RUN_AXE = """
axe.run(document, {resultTypes: ["violations"]}).then(found => JSON.stringify(found.violations.map(one => ({
  id: one.id, impact: one.impact, help: one.help, nodes: one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))
}))))
"""


def _axe() -> Path | None:
    # The wrapper's own import asks for a driver that is not needed here: only its copy of axe-core is.
    spec = find_spec("axe_playwright_python")
    places = [] if spec is None else list(spec.submodule_search_locations or ())
    return next((path for path in (Path(place) / "axe.min.js" for place in places) if path.exists()), None)


AXE = _axe()


@lru_cache(maxsize=1)
def _axe_text() -> str:
    assert AXE is not None
    return AXE.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Seen:
    """What a page did while it was loaded."""

    console: tuple[str, ...]  # what the console and the log complained of
    requests: tuple[str, ...]  # addresses outside the page's own file
    overflow: int  # pixels by which it is wider than the window
    broken: int  # pictures that did not show

    @property
    def is_clean(self) -> bool:
        """Nothing said, nothing asked for, nothing sticking out."""
        return not (self.console or self.requests or self.overflow or self.broken)


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
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command, wait for its answer; events that come meanwhile are kept."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        written = json.dumps(message).encode() + b"\0"
        while written:
            written = written[os.write(self.out, written) :]
        while (answer := self.read()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer["error"]
        return dict(answer["result"])

    def read(self) -> dict[str, Any]:
        """The next message."""
        while b"\0" not in self.rest:
            chunk = os.read(self.back, 1 << 16)
            assert chunk, "the browser went away"
            self.rest += chunk
        message, _, self.rest = self.rest.partition(b"\0")
        return dict(json.loads(message))

    def load(self, path: Path, width: int = 1280, scheme: str = "light", height: int = 900) -> list[str]:
        """Open a file at a width; returns what the console and the log complained of."""
        self.ask("Page.navigate", url="about:blank")
        self.ask("Runtime.evaluate", expression="1")
        self.events.clear()
        phone = width < 500
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Page.navigate", url=path.as_uri())
        while not self._has_loaded():
            self.events.append(self.read())
        return [json.dumps(event["params"]) for event in self.events if event.get("method") in NOISE]

    def _has_loaded(self) -> bool:
        begun = [i for i, event in enumerate(self.events) if event.get("method") == "Page.frameStartedLoading"]
        ended = [i for i, event in enumerate(self.events) if event.get("method") == "Page.loadEventFired"]
        return bool(ended) and (not begun or ended[-1] > begun[0])

    def visit(self, path: Path, width: int = 1280, scheme: str = "light") -> Seen:
        """Open a file at a width, in a scheme, and look at what it did."""
        console = self.load(path, width, scheme)
        sent = [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        own = path.as_uri()
        others = tuple(url for url in sent if url.partition("#")[0] != own and not url.startswith("data:"))
        overflow = self.value(f"Math.max(0, document.documentElement.scrollWidth - {width})")
        broken = self.value("[...document.images].filter(i => !i.naturalWidth).length")
        return Seen(tuple(console), others, int(overflow), int(broken))

    def value(self, expression: str) -> Any:
        """What a script outside the page sees; a promise is waited for."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def violations(self) -> list[str]:
        """What axe-core finds serious or critical in the page that is open, a line each."""
        self.ask("Runtime.evaluate", expression=_axe_text())
        found = json.loads(self.value(RUN_AXE))
        return [
            f"{one['impact']} {one['id']}: {one['help']}: {' | '.join(one['nodes'])}"
            for one in found
            if one["impact"] in SERIOUS
        ]

    def screenshot(self, path: Path, *, whole: bool = True) -> None:
        """A PNG of the page that is open, as far down as Chromium draws; not whole: of the window alone."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], TALLEST), "scale": 1}
        beyond = {"clip": clip, "captureBeyondViewport": True} if whole else {}
        drawn = self.ask("Page.captureScreenshot", format="png", **beyond)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(drawn["data"]))

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press and release a key: press("Tab", 9), press("Enter", 13, "\\r")."""
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, text=text)

    def close(self) -> None:
        """End the browser that was started here."""
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.back)


@contextmanager
def open_browser(profile: Path) -> Iterator[Browser]:
    """A browser with its profile in that folder; RuntimeError where there is none on this machine."""
    if CHROMIUM is None:
        raise RuntimeError("no Chromium on this machine: install chromium or google-chrome")
    started = Browser(profile)
    try:
        yield started
    finally:
        started.close()
