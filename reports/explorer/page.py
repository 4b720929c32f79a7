"""explorer.html: one file with its data, its script and its style; nothing to load, nothing to send."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from reports.render import environment
from reports.wording.figures import count, listed, noun, quoted

__all__ = ["SCRIPTS", "render_explorer", "stamp_of", "stamped"]

SCRIPTS = ("explorer_find.js", "explorer_parts.js", "explorer_page.js", "explorer_controls.js")
FIRST = 200  # texts that stand before the script: with them the page is shown while the browser reads the others
_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
_STAMP = 'name="groundswell-explorer" content="'
_HEAD_BYTES = 2_000  # the stamp stands before the style


def render_explorer(data: str, revision: int) -> str:
    """The page of the data that `explorer_json` made, beside that revision of the product digest."""
    told = json.loads(data)
    css, script = _style(), _script()
    texts = told["comments"]["text"]
    told["comments"]["text"] = texts[:FIRST]
    del told["comments"]["id"]  # the store's own, by which it finds a comment again; no reader needs them
    page = environment().get_template("explorer.html.jinja").render(
        policy=_policy(css, script),
        stamp=stamp_of(told["fingerprint"], revision),
        title=f"Explorer · {told['period']}",
        period=told["period"],
        intro=_intro(told),
        notes=_notes(told),
        small_print=_small_print(told["fingerprint"], revision),
        css=_as_it_is(css),
        script=_as_it_is(script),
        data=_inert(told),
        rest=_inert(texts[FIRST:]),
    )  # fmt: skip
    return page.strip() + "\n"


def stamp_of(fingerprint: str, revision: int) -> str:
    """What a page says of the data that it was made from."""
    return f"{fingerprint} revision {revision}"


def stamped(page: Path) -> str | None:
    """The stamp of a page on disk; None where there is none, or it is no explorer."""
    try:
        with open(page, "rb") as stream:
            head = stream.read(_HEAD_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
    _, found, rest = head.partition(_STAMP)
    return rest.partition('"')[0] if found else None


def _intro(told: dict[str, Any]) -> str:
    themes = sum(theme["parent"] < 0 for theme in told["themes"])
    said = f"{count(told['withText'], 'comment')} with text"
    if told["counted"] != "comments":
        how = "in" if told["counted"] == "responses" else "by"
        said += f" {how} {told['people']:,} {noun(told['counted'], told['people'])}"
    return f"{said}, {count(themes, 'theme')}."


def _notes(told: dict[str, Any]) -> list[str]:
    """What is not on the page, and why."""
    notes, kept = [], told["kept"]
    if kept < told["withText"]:
        which = "the newest" if told["weeks"] else "those nearest to a theme"
        notes.append(
            f"Only {kept:,} of them are on this page, {which}: more would not open on every machine. Figures of a "
            "theme are those of all comments; counts that follow the filters are those of the comments here."
        )
    if told["leftOut"]:
        named = listed([quoted(name) for name in told["leftOut"]])
        notes.append(f"Not to be filtered by, for it has too many values: {named}.")
    return notes


def _small_print(fingerprint: str, revision: int) -> str:
    return (
        "Comments are redacted before they are stored: names, addresses and numbers of people are not in this file. It "
        "holds all that it shows, asks nothing of any server, and works without a network. A person counts once for a "
        "theme, however much they wrote. A neutral clause counts as a complaint where its theme is mostly complained "
        f"of, as in the digest. Fingerprint {fingerprint}, revision {revision}."
    )


def _style() -> str:
    return environment().get_template("explorer.css.jinja").render()


def _script() -> str:
    """The parts as one strict script that leaves no name behind."""
    parts = [(_TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();"


def _policy(css: str, script: str) -> str:
    """Nothing may load, and only this very script and style may run: a text that became an element would do nothing."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(css)}'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _inert(data: Any) -> Any:
    """The data as JSON. A "<" could end the element that holds them; in JSON it may be written as an escape."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _as_it_is(text.replace("<", "\\u003c"))


def _as_it_is(text: str) -> Any:
    """Our own script and style, and JSON without "<": the only texts that a template does not escape."""
    from markupsafe import Markup

    return Markup(text)
