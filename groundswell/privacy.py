"""Redaction and keyed hashes: the gate that every record passes before it may reach the disk (law 3).

`redact` marks what is personal in a text; `to_feedback` turns a parsed `Draft` into a storable `Feedback`. Rules do
not find names in free text: only the names that a record's own fields hold are marked. Nothing here logs.
"""

from __future__ import annotations

import hmac
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from groundswell import privacy_rules as rules
from groundswell.keys import default_key_path, ensure_key, load_key
from groundswell.privacy_data import PLACEHOLDER_AUTHORS
from groundswell.privacy_redact import DEFAULT_REGIONS, MARK, TEXT_LIMIT, cut_text, redact
from groundswell.records import AGENT, Draft, Feedback, Problem, Quarantined, Service

__all__ = [
    "DEFAULT_REGIONS",
    "MARK",
    "TEXT_LIMIT",
    "Numbering",
    "cut_text",
    "default_key_path",
    "ensure_key",
    "hash_author",
    "load_key",
    "redact",
    "to_feedback",
    "to_quarantined",
]

_RESERVE = 500  # read beyond the limit before cutting, so that no address is cut in two and missed
_REFERENCE_LIMIT = 40
_GLIMPSE = 60
_BLANK = re.compile(r"\s+")


# ------------------------------------------------------------------------------------------------------- keyed hashes


class Numbering:
    """Numbers equal rows of one file 0, 1, 2, ... so that two customers who both wrote "ok" stay two.

    Make a new one for each file and feed it the rows from the first on, also when a run resumes in the middle: the
    same file then gives the same ids.
    """

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def number(self, content_hash: str) -> int:
        """How many rows with this content came before."""
        key = bytes.fromhex(content_hash)
        number = self._seen.get(key, 0)
        self._seen[key] = number + 1
        return number


def hash_author(author: str | None, source: str, key: bytes) -> str | None:
    """The 32 hex digits that stand for an author; None where the source names none ("A Google user").

    An e-mail address is the same person in every source; any other name only within its own source.
    """
    name = _BLANK.sub(" ", unicodedata.normalize("NFC", author or "")).strip()
    if name.casefold() in PLACEHOLDER_AUTHORS or not name:
        return None
    if _is_email(name):
        return _keyed(key, "author", name.casefold())
    return _keyed(key, "author", source, name)


def _is_email(name: str) -> bool:
    return re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", name) is not None


def _keyed(key: bytes, purpose: str, *parts: str) -> str:
    message = "\x1f".join((purpose, *parts)).encode("utf-8", "surrogatepass")
    return hmac.new(key, message, sha256).hexdigest()[:32]


def _canonical(draft: Draft) -> str:
    """All original mapped fields in one form that does not depend on the route they came by.

    The response id is left out: where a source has none it is made from the file that was read, and the records of
    a file that has grown would all be new ones.
    """

    def time(value: datetime | None) -> str | None:
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()

    score, service = draft.score, draft.service
    fields = {
        "text": unicodedata.normalize("NFC", draft.text.replace("\r\n", "\n")),
        "score": score
        and [float(score.value), float(score.low), float(score.high), score.metric, score.higher_is_better],
        "occurred_at": time(draft.occurred_at),
        "segments": dict(draft.segments),
        "service": [time(service.reported_at), time(service.responded_at), time(service.resolved_at)]
        + [service.handled_seconds, service.reopened]
        # Only where it is known: records of sources without it keep the hash that they had before there was this field.
        + ([] if service.compensation is None else [service.compensation, service.currency]),
        "author": draft.author,
        "language": draft.language,
    }
    return json.dumps(fields, sort_keys=True)


# ------------------------------------------------------------------------------------------------ drafts to records


def to_feedback(
    draft: Draft, key: bytes, numbering: Numbering, *, regions: Sequence[str] = DEFAULT_REGIONS
) -> Feedback:
    """The storable record of a draft: text, segments and problems redacted; author, content and personal ids hashed.

    `source_id` is the source's own id, or its hash where it is personal (an e-mail address); without one it is
    derived from all mapped fields and the number among equal rows. A text over TEXT_LIMIT is cut and marked so.
    """
    names = _own_names(draft)
    text, counts = redact(draft.text[: TEXT_LIMIT + _RESERVE], names, regions=regions)
    problems = [_redact_problem(problem, names, regions) for problem in draft.problems]
    if len(draft.text) > TEXT_LIMIT:
        text = cut_text(text)
        problems.append(
            Problem("text", f"{len(draft.text)} characters", f"longer than {TEXT_LIMIT:,} characters; cut there")
        )
    content_hash = _keyed(key, "content", _canonical(draft))
    source_id, reference = _identify(draft, key, content_hash, numbering, names)
    return Feedback(
        source=draft.source,
        source_id=source_id,
        kind=draft.kind,
        reference=reference,
        text=text,
        content_hash=content_hash,
        occurred_at=draft.occurred_at,
        score=draft.score,
        author=hash_author(draft.author, draft.source, key),
        response_id=_shown_id(draft.response_id, draft, key, names),
        language=draft.language and redact(draft.language, names, regions=regions)[0],
        segments=_redact_segments(draft.segments, names, regions, counts),
        service=draft.service,
        redactions=counts,
        problems=tuple(problems),
        row=draft.row,
    )


def to_quarantined(feedback: Feedback, problems: Sequence[Problem] | None = None) -> Quarantined:
    """A refused record with every reason why (`problems`, else the record's own); redacted fields only."""
    return Quarantined(
        source=feedback.source,
        kind=feedback.kind,
        row=feedback.row,
        content_hash=feedback.content_hash,
        fields=_mapped_fields(feedback),
        problems=tuple(feedback.problems if problems is None else problems),
    )


def _mapped_fields(feedback: Feedback) -> dict[str, str]:
    score = feedback.score
    fields: dict[str, object] = {
        "source_id": feedback.source_id,
        "reference": feedback.reference,
        "text": feedback.text or None,
        "score": score and f"{score.value:g} on {score.low:g}-{score.high:g} ({score.metric})",
        "occurred_at": feedback.occurred_at,
        "author": feedback.author,
        "response_id": feedback.response_id,
        "language": feedback.language,
    }
    fields |= {f"service.{name}": getattr(feedback.service, name) for name in Service.__slots__}
    fields |= {f"segment.{name}": value for name, value in feedback.segments.items()}
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in fields.items()
        if value is not None
    }


def _own_names(draft: Draft) -> tuple[str, ...]:
    """The names given with the record, and its author's: a user name, or first.last of an e-mail address."""
    author = (draft.author or "").strip()
    if _is_email(author):
        parts = re.split(r"[._-]", author.partition("@")[0])
        author = " ".join(parts) if len(parts) > 1 and all(p.isalpha() and len(p) > 1 for p in parts) else ""
    names = [name for name in (*draft.names, author) if any(c.isalpha() for c in name)]
    return tuple(dict.fromkeys(name for name in names if name.casefold().strip() not in PLACEHOLDER_AUTHORS))


def _redact_problem(problem: Problem, names: tuple[str, ...], regions: Sequence[str]) -> Problem:
    found, _ = redact(problem.found[: _GLIMPSE + _RESERVE], names, regions=regions)
    return replace(problem, found=found if len(found) <= _GLIMPSE else cut_text(found, _GLIMPSE) + "…")


def _redact_segments(
    segments: Mapping[str, str], names: tuple[str, ...], regions: Sequence[str], counts: dict[str, int]
) -> dict[str, str]:
    """Segment values without e-mail addresses, phones, cards, ids and full names; a single name only where the value
    is nothing else.

    A version may look like an IP address and a city like a first name: those stay. The segment's name tells what a
    bare number is ("order id: 4155552671"). The agent's name stays too: it is a segment only where [service] asks.
    """
    full = {name.casefold().strip() for name in names}
    redacted = {}
    for name, value in segments.items():
        if name != AGENT and value.casefold().strip() in full:
            redacted[name], found = "[name]", {"name": 1}
        else:
            value = value if name == AGENT else _without_full_names(value, full, counts)
            said = name.replace("_", " ") + ": "
            redacted[name], found = redact(said + value, regions=regions, skip=frozenset({"ip"}))
            if redacted[name].startswith(said):
                redacted[name] = redacted[name].removeprefix(said)
            else:  # the segment's own name was marked
                redacted[name], found = redact(value, regions=regions, skip=frozenset({"ip"}))
        for mark, n in found.items():
            counts[mark] = counts.get(mark, 0) + n
    return redacted


def _without_full_names(value: str, names: set[str], counts: dict[str, int]) -> str:
    """The value with names of several words marked wherever they stand: "Jane Doe (VIP)"."""
    for name in sorted(name for name in names if " " in name and name in value.casefold()):
        value, n = re.subn(rf"(?<!\w){re.escape(name)}(?!\w)", "[name]", value, flags=re.IGNORECASE)
        counts["name"] = counts.get("name", 0) + n
    return value


def _identify(
    draft: Draft, key: bytes, content_hash: str, numbering: Numbering, names: tuple[str, ...]
) -> tuple[str, str]:
    own = (draft.source_id or "").strip()
    if not own:
        number = numbering.number(content_hash)
        return _keyed(key, "row", draft.source, content_hash, str(number)), f"row {draft.row}"
    shown = _shown_id(own, draft, key, names) or own
    return shown, own if shown == own and len(own) <= _REFERENCE_LIMIT else f"row {draft.row}"


def _shown_id(own: str | None, draft: Draft, key: bytes, names: tuple[str, ...]) -> str | None:
    """An id as it may be stored: itself, or its hash where it is an address, a phone number or the author."""
    own = (own or "").strip()
    if not own:
        return None
    # A bare row of digits is an id, not a phone number; one with a + is a phone number.
    _, found = redact(own, names, skip=frozenset({"ip", "phone", "link query"}))
    is_phone = own.startswith("+") and rules.SEVEN_DIGITS.search(own) is not None
    if found or is_phone or (draft.author is not None and own == draft.author.strip()):
        return _keyed(key, "id", draft.source, own)
    return own
