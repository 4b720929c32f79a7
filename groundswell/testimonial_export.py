"""The one way out for testimonials: texts whose consent is in force, with all that has to stand beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from groundswell.testimonials import KeptText, hash_of, in_force

__all__ = ["Exported", "disclosures_of", "exported"]

SUBSTANTIATION = "Not recorded: keep what shows that such a result is usual before it is advertised."


@dataclass(frozen=True, slots=True)
class Exported:
    """One text that may be used, for these channels, until this day."""

    key: str
    text: str
    text_hash: str  # sha256 of the text: what the consent was given to
    attribution: str  # what stands below the quote
    disclosure: str  # material connections, to stand beside the quote (16 CFR 255.5); "" for none that is known
    scope: str
    channels: tuple[str, ...]
    granted: datetime
    expires: datetime
    proof: str
    substantiation: str  # how usual it is (16 CFR 255.2)
    source: str
    reference: str
    theme: str
    edited: bool  # cut out of, or changed from, what was written; agreed to as it stands here


def exported(texts: Iterable[KeptText], at: datetime, channel: str | None = None) -> list[Exported]:
    """The texts whose consent is in force at this moment, and for this channel, by key. Nothing else is ever returned.

    In force: granted by the author to exactly this text, not run out, not taken back, and its record still says it.
    """
    found = []
    for kept in texts:
        terms = in_force(kept, at)
        if terms is None or kept.text is None or hash_of(kept.text) != kept.text_hash:
            continue
        if channel is not None and channel.casefold() not in terms.channels:
            continue
        about = kept.about
        found.append(
            Exported(
                key=kept.key,
                text=kept.text,
                text_hash=kept.text_hash,
                attribution=terms.named or "A customer",
                disclosure=" ".join(disclosures_of(kept)),
                scope=terms.scope,
                channels=terms.channels,
                granted=terms.granted,
                expires=terms.expires,
                proof=terms.proof,
                substantiation=about.get("typical") or SUBSTANTIATION,
                source=about.get("source", ""),
                reference=about.get("reference", ""),
                theme=about.get("theme") or "",
                edited=kept.edited_from is not None,
            )
        )
    return sorted(found, key=lambda one: one.key)


def disclosures_of(kept: KeptText) -> list[str]:
    """Sentences on what connects the author to us: employment, and what was given or promised for the text."""
    flags = kept.about.get("flags", ())
    told = ["The author works for us."] if "employee" in flags else []
    given = [flag.partition(": ")[2] for flag in flags if flag.startswith("incentivised")]
    given += [e.details["incentive"] for e in kept.valid_events() if "incentive" in e.details]
    named = list(dict.fromkeys(one for line in given for one in line.split("; ") if one))
    if named:
        told.append(f"The author received {', '.join(named)} for it.")
    elif any(flag.startswith("incentivised") for flag in flags):
        told.append("The author received something for the review.")
    return told
