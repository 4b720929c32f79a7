"""A Digest in one format. The same Digest gives the same bytes, on any day and in any process."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reports.digest import Digest, to_plain
from reports.formats.figures_csv import write_csv
from reports.formats.markdown import write_markdown
from reports.formats.workbook import write_workbook
from reports.page.parts import Page
from reports.page.sections import build_page

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = [
    "environment",
    "fill",
    "render_csv",
    "render_html",
    "render_json",
    "render_markdown",
    "render_workbook",
    "write_html",
]

# Spaces inside a figure that a line must not break at: "9 %", "4 h", "12 Nov".
TIGHT = re.compile(r"(?<=\d) (?=(?:%|min\b|h\b|d\b|of\b|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))")


def render_json(digest: Digest) -> str:
    """digest.json: the contract of docs/digest.schema.json, keys in its order, mappings sorted."""
    return json.dumps(to_plain(digest), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def render_markdown(digest: Digest) -> str:
    """digest.md: the page as text, readable as it stands and on a code host."""
    return write_markdown(build_page(digest))


def render_csv(digest: Digest) -> str:
    """digest.csv: every figure on a line of its own."""
    return write_csv(digest)


def render_workbook(digest: Digest) -> bytes:
    """digest.xlsx: a sheet for each section, its figures as numbers."""
    return write_workbook(digest)


def render_html(digest: Digest) -> str:
    """digest.html: one file without scripts and without anything to load."""
    return write_html(build_page(digest))


def write_html(page: Page) -> str:
    """The whole page as HTML."""
    return fill("page.html.jinja", page=page)


def fill(template: str, **told: Any) -> str:
    """The template with what it is told, without the blank lines that its own line breaks leave; quotes hold none."""
    text = environment().get_template(template).render(**told)
    return re.sub(r"\n\s*\n+", "\n", text).strip() + "\n"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja2 with escaping on for every template; an unknown name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # The templates end in .jinja, which Jinja2's own choice by suffix would leave unescaped.
    made = Environment(loader=PackageLoader("reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters.update(tight=tight, noted=noted)
    return made


def noted(text: str) -> tuple[str, str]:
    """A figure and the bracket that ends it, if one does: "9 % (7-12 %)" -> ("9 %", "(7-12 %)")."""
    value, opened, note = text.partition(" (")
    return (value, f"({note}") if opened and note.endswith(")") else (text, "")


def tight(text: str) -> str:
    """The text with figures held together by no-break spaces; still plain text, escaped like any other."""
    return TIGHT.sub("\N{NO-BREAK SPACE}", text)
