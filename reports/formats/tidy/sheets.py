"""All sheets of a digest, in the order of its audience's page, the empty ones left out."""

from __future__ import annotations

from reports.audiences import AUDIENCE_PAGES
from reports.digest import Digest, from_plain, to_plain
from reports.formats.tidy.comments import comment_sheets, quote_sheet
from reports.formats.tidy.ground import ground_sheets
from reports.formats.tidy.parts import Sheet
from reports.formats.tidy.scores import score_sheets
from reports.formats.tidy.service import service_sheets
from reports.formats.tidy.themes import theme_sheets, week_sheet

__all__ = ["every_sheet", "sheets_of"]


# Sheets that belong to a section of the page which has another name.
WITH = {
    "score_drivers": "impact",
    "score_moves": "impact",
    "score_move_parts": "impact",
    "sub_themes": "pain_points",
    "alert_sources": "alerts",
    "watch": "alerts",
    "segment_scores": "segments",
    "signals": "escalations",
}


def sheets_of(digest: Digest) -> tuple[Sheet, ...]:
    """The sheets that hold anything, each figure as digest.json has it."""
    order = {"scores": -1} | {name: i for i, (name, _) in enumerate(AUDIENCE_PAGES[digest.audience].sections)}
    # What the page leaves out comes last, in the order of `every_sheet`.
    told = sorted(every_sheet(digest), key=lambda one: order.get(WITH.get(one.section, one.section), len(order)))
    return tuple(sheet for sheet in told if sheet.records)


def every_sheet(digest: Digest) -> tuple[Sheet, ...]:
    """A sheet for each section that a digest can have, also the empty ones."""
    digest = from_plain(to_plain(digest))
    return (
        *score_sheets(digest),
        *theme_sheets(digest),
        *service_sheets(digest),
        *comment_sheets(digest),
        week_sheet(digest),
        quote_sheet(digest),
        *ground_sheets(digest),
    )
