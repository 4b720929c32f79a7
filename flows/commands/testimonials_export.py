"""`groundswell testimonials export`: the texts that may be used now, as CSV, JSON or Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

from flows.commands.testimonials import Ground
from flows.commands.themes import Place, actor, day, last_day, number
from groundswell.consents import revoked_by_feedback
from groundswell.errors import DeliveryError
from groundswell.testimonial_export import Exported, exported
from groundswell.testimonial_store import Change

__all__ = ["FORMATS", "export_text", "write_export"]

FORMATS = ("csv", "json", "markdown")


def export_text(ground: Ground, form: str, channel: str | None) -> str:
    """The texts whose consent is in force, for a channel where one is given, in one of FORMATS.

    Whose feedback is gone, or says something else now, is noted as revoked first.
    """
    return _WRITE[form](_found(ground, channel), ground.place)


def write_export(ground: Ground, form: str, channel: str | None, out: Path) -> str:
    """Writes the same to a file; a line that says how many there are. DeliveryError where it cannot be written."""
    found = _found(ground, channel)
    try:
        out.write_text(_WRITE[form](found, ground.place), encoding="utf-8", newline="")
    except OSError as error:
        raise DeliveryError(f"{out}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    of = f" for {channel.casefold()}" if channel else ""
    return f"{number(len(found), 'text')} whose consent is in force{of}: {out}"


def _found(ground: Ground, channel: str | None) -> list[Exported]:
    now = datetime.now(UTC)
    with ground.place.open() as opened:
        opened.edit_testimonials(lambda shelf: Change(revoked_by_feedback(shelf.texts.values(), now, actor())))
        return exported(opened.testimonials().values(), now, channel)


def _csv(found: Sequence[Exported], place: Place) -> str:
    """One row for each text; cells that a spreadsheet would compute are marked as text."""
    from reports.formats.cells import field_text

    names = [one.name for one in fields(Exported)]
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(names)
    for one in found:
        writer.writerow([field_text(_plain(getattr(one, name))) for name in names])
    return lines.getvalue()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _json(found: Sequence[Exported], place: Place) -> str:
    rows = [{name: _jsonable(value) for name, value in asdict(one).items()} for one in found]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _jsonable(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _markdown(found: Sequence[Exported], place: Place) -> str:
    """A quote with its attribution and disclosure, as they have to stand together; the terms below."""
    parts = []
    for one in found:
        quote = [*map(_safe, one.text.splitlines()), "", f"— {_safe(one.attribution)}"]
        if one.disclosure:
            quote += ["", f"*{_safe(one.disclosure)}*"]
        channels, until = _safe(", ".join(one.channels)), last_day(one.expires, place)
        terms = [
            f"- May be used on {channels} until {until}: {_safe(one.scope)}",
            f"- Consent of {day(one.granted, place)} to exactly this text (sha256 {one.text_hash[:16]})",
            f"- How usual it is: {_safe(one.substantiation)}",
            f"- {one.key}, {_safe(one.source)} {_safe(one.reference)}",
        ]
        parts.append("\n".join([*(f"> {line}".rstrip() for line in quote), "", *terms]))
    return "\n\n".join(parts) + "\n" if parts else ""


def _safe(text: str) -> str:
    """The text on one line of Markdown, without markup, control characters or what turns its direction."""
    from reports.formats.markdown import escape
    from reports.wording.figures import shown

    return escape(shown(text))


_WRITE = {"csv": _csv, "json": _json, "markdown": _markdown}
