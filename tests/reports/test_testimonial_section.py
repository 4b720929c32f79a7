"""Testimonials on the marketing page: what waits for whom, and whom to ask next, whole and with what must be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from groundswell.findings import Consent
from reports.digest import Digest, from_plain, to_plain
from reports.formats.markdown import write_markdown
from reports.page.sections import build_page
from reports.page.testimonials import waiting
from reports.render import render_html

DAY = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
ASKED = Consent(
    "t2ba5f17c9b", "f1", "row 1", "reviews", "It saves me an hour.", "bills", "requested", DAY, "customer", DAY, True
)
GRANTED = replace(
    ASKED, key="t2247e4685c", state="granted", waits_for="marketing", channels=("website",), flags=("employee",)
)
DECLINED = replace(ASKED, key="t6d64d727a3", state="declined", waits_for=None, due=None)
LAPSED = replace(DECLINED, key="t6d64d727a4", state="lapsed")
EXPIRED = replace(GRANTED, key="t6d64d727a5", state="expired", places=2)
REVOKED = replace(GRANTED, key="t6d64d727a6", state="revoked", places=1, text="")
APPROVED = replace(GRANTED, key="t6d64d727a7", state="approved", due=None, flags=())
PUBLISHED = replace(GRANTED, key="t6d64d727a8", state="published", waits_for=None, places=1)


def section(digest: Digest, name: str, *consents: Consent):  # type: ignore[no-untyped-def]
    """A section of the page of the digest with these consents."""
    return build_page(replace(digest, consents=consents)).section(name)


def test_what_waits_is_told_with_who_does_what_by_when(marketing: Digest) -> None:
    """One row for each text that waits; what needs nobody is folded into one line."""
    told = section(marketing, "consents", REVOKED, GRANTED, EXPIRED, APPROVED, ASKED, DECLINED, LAPSED, PUBLISHED)
    assert told.lead == "4 texts wait for you and 1 for its author."
    rows = {row[2]: row[:2] for row in told.first[0].rows}
    assert [row[1] for row in rows.values()] == [
        "You: take it down from 1 place: the consent was taken back",
        "You: use it on website, until 12 Nov 2026, and say where",
        "You: take it down from 2 places, or ask again: the consent ran out on 12 Nov 2026",
        "You: ask the author for consent",
        "Its author: answer by 12 Nov 2026 (reminded once); silence is a no",
    ]
    assert rows[GRANTED.key][0] == "“It saves me an hour.” (employee)"
    assert rows[REVOKED.key][0].startswith("(its author was erased)")
    assert told.first[1].fold == "3 texts that need nobody now"
    assert [row[1] for row in told.first[1].rows] == [
        "declined since 12 Nov 2026",
        "no answer since 12 Nov 2026",
        "published since 12 Nov 2026, in 1 place, until 12 Nov 2026",
    ]


def test_what_is_used_without_a_consent_is_to_be_taken_down(marketing: Digest) -> None:
    """Also while its author is asked anew, and where the answer was no; the last day is the one before the end."""
    end = datetime(2026, 11, 12, 23, tzinfo=UTC)  # midnight in the zone of the digest
    used = replace(ASKED, waits_for="marketing", places=1, due=end)
    told = (used, replace(used, key="t1", state="declined"), replace(used, key="t2", state="published"))
    [table] = section(marketing, "consents", *told).first
    assert [row[1] for row in table.rows] == [
        "You: take it down from 1 place: the consent ran out; its author may answer by 12 Nov 2026",
        "You: take it down from 1 place: the consent ran out, and its author said no",
        "You: take it down where its author does not agree any more",
    ]


def test_without_a_decision_there_is_no_section(marketing: Digest) -> None:
    """Nobody is told that nothing waits before anything was asked."""
    assert section(marketing, "consents") is None
    assert waiting((DECLINED,)) == "Nothing waits for anybody." and waiting((ASKED,)) == "1 text waits for its author."


def test_a_candidate_is_shown_whole_with_its_key(marketing: Digest) -> None:
    """Consent is given to the exact words: nothing is cut; key, what is usual and what to disclose stand below."""
    long = "It saves me an hour each month and my bills are easy to read. " * 6
    first = marketing.testimonials[0]
    told = replace(
        first,
        verbatim=replace(first.verbatim, text=long.strip()),
        key="t2ba5f17c9b",
        flags=("employee",),
        typical="Of 40 who raised “bills” in the year before, 80 % spoke well of it and not ill (66–90 %).",
    )
    [quote] = section(replace(marketing, testimonials=(told,)), "testimonials").quotes
    assert quote.text == long.strip()
    for said in ("Key t2ba5f17c9b", "To be disclosed: employee", told.typical):
        assert said in quote.notes


def test_consents_survive_the_frozen_json_and_stand_on_every_page(marketing: Digest) -> None:
    """They come back out of digest.json as they were; keys stand in HTML and in Markdown."""
    digest = replace(marketing, consents=(GRANTED, DECLINED))
    assert from_plain(to_plain(digest)).consents == digest.consents
    assert GRANTED.key in render_html(digest) and GRANTED.key in write_markdown(build_page(digest))
