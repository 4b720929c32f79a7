"""A digest, or a notice, as a mail: subject, text, HTML of tables with inline styles, and charts that it carries.

Nothing is loaded from anywhere, nothing can be pressed but the link to the page, and the HTML stays under 100 kB, for
there mail programs cut. With images off every chart still says its figures in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from reports.charts.small_png import small_png
from reports.digest import Digest
from reports.formats.cuts import FEW, SOME, cut_frame, cut_section
from reports.formats.inert import checked_link, inert, inert_header, inert_strings
from reports.formats.mail_text import bulleted, filled, write_text
from reports.formats.notices import Notice, NoticeItem, quoted_item
from reports.formats.phrases import file_of
from reports.formats.quoting import check_quotes, with_quotes
from reports.page.parts import Page, Section
from reports.page.sections import build_page
from reports.render import environment
from reports.wording.figures import clip, listed

__all__ = ["LIMIT", "Image", "Mail", "render_mail", "render_mail_notice"]

LIMIT = 100_000  # bytes of HTML; mail programs show no more than about so much
SPARE = 4_000  # for the line on what was left out
FRAMES = (400, 100, 30)  # characters of a text of the frame: the most with which it fits
SUBJECT = 120
CHART_WIDTH = 400  # drawn for a phone: on a wide screen its letters are no smaller than the text


@dataclass(frozen=True, slots=True)
class Image:
    """A chart that the HTML shows as `cid:<cid>`; `cid` is written without angle brackets."""

    cid: str
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A message but for its headers: whoever sends it adds from, to, date and id."""

    subject: str
    text: str
    html: str
    images: tuple[Image, ...]


def render_mail(digest: Digest, quotes: str, link: str | None) -> Mail:
    """The digest as a mail; `link` is the address of its page, None where readers can reach none.

    `quotes` is one of full, short and none. ValueError for another one, or for a link that is no web or file address.
    """
    link = checked_link(link)
    page: Page = inert_strings(build_page(with_quotes(digest, quotes)))
    when = inert(digest.period.label.partition(" · ")[0])
    subject = inert_header(f"{page.reader} {when}: {clip(page.news or page.heading, 90)}")
    text = write_text(page, f"The whole page: {link}" if link else f"The whole page: {file_of(digest)}")
    html, images = _html(page, digest, link)
    return Mail(clip(subject, SUBJECT), text, html, images)


def _html(page: Page, digest: Digest, link: str | None) -> tuple[str, tuple[Image, ...]]:
    """The frame with as many sections as there is room for, in their order, and the charts of those."""
    told, room = _frame(page, digest, link)
    shown, left = list[tuple[Section, tuple[Image, ...]]](), list[str]()
    for section in page.told:
        for short in (cut_section(section, SOME), cut_section(section, FEW)):
            names = _names(short, digest)
            size = len(_write("mail_section", s=short, charts=names).encode())
            if size <= room:
                room -= size
                shown.append((short, names))
                break
        else:
            left.append(section.title)
    html = _write("mail", sections=shown, left=clip(listed(left), SPARE // 8), **told)
    return html, tuple(image for short, names in shown for image in _drawn(short, names))


def _frame(page: Page, digest: Digest, link: str | None) -> tuple[dict[str, Any], int]:
    """What stands around the sections, with texts as long as they may be, and the bytes that are left for sections."""
    told: dict[str, Any] = {"link": link, "file": file_of(digest)}
    room = 0
    for characters in FRAMES:
        told["page"] = cut_frame(page, characters)
        told["folded"] = [(clip(s.title, characters), clip(s.fold, characters)) for s in page.folded]
        room = LIMIT - SPARE - len(_write("mail", sections=[], left="", **told).encode())
        if room > 0:
            break
    return told, room


def _names(section: Section, digest: Digest) -> tuple[Image, ...]:
    """The section's charts with their names, not drawn yet: most of the time goes into drawing."""
    return tuple(
        # The caption stands above the chart: its words are not said twice where images are off.
        Image(
            f"{section.id}.{place}.{digest.audience}@groundswell", b"", picture.alt.removeprefix(f"{picture.caption}. ")
        )
        for place, picture in enumerate(section.pictures, start=1)
    )


def _drawn(section: Section, names: Sequence[Image]) -> list[Image]:
    pictures = zip(names, section.pictures, strict=True)
    return [replace(name, png=small_png(picture.png(CHART_WIDTH))) for name, picture in pictures]


def _write(template: str, **told: Any) -> str:
    text = environment().get_template(f"{template}.html.jinja").render(width=CHART_WIDTH, **told)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def render_mail_notice(notice: Notice, quotes: str, link: str | None) -> Mail:
    """The notice as a mail without images; ValueError as `render_mail` raises it."""
    check_quotes(quotes)
    link = checked_link(link)
    safe: Notice = inert_strings(notice)
    items = tuple(quoted_item(item, quotes) for item in safe.items)
    html = _write("mail_notice", notice=safe, items=items, link=link)
    return Mail(clip(inert_header(notice.title), SUBJECT), _notice_text(safe, items, link), html, ())


def _notice_text(notice: Notice, items: Sequence[NoticeItem], link: str | None) -> str:
    blocks = [filled(notice.title), filled(notice.lead)]
    for item in items:
        said = filled(f"“{item.quote}”", "  > ") if item.quote else []
        known = [line for told in item.lines for line in filled(told, "  ")]
        blocks.append([*bulleted(item.text), *known, *said, *filled(item.reference, "  > ")])
    blocks += [filled(line) for line in notice.after]
    blocks += [[f"The whole page: {link}"]] if link else []
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
