"""Pages cut into what a browser makes of them, and pages without the drawing of their charts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

from reports.charts.drawing import Picture
from reports.digest import Digest
from reports.page.parts import Page

__all__ = ["Elements", "elements", "uncharted", "undrawn"]

# Attributes that hold words; the value of every other one is ours alone.
WORDS = {"alt", "aria-label", "title", "content", "data-label"}
BLANK_CHART = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'


class Elements(HTMLParser):
    """Collects every element with its attributes, comments and declarations, and the text between."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One opening tag."""
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        """One comment."""
        self.comments.append(data)

    def handle_pi(self, data: str) -> None:
        """One processing instruction."""
        self.comments.append(data)

    def unknown_decl(self, data: str) -> None:
        """One CDATA section or the like."""
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        """What stands between tags."""
        self.text.append(data)

    @property
    def counted(self) -> Counter[tuple[str, tuple[tuple[str, str | None], ...]]]:
        """How often each element occurs, with its attributes' names and the values that are ours."""
        return Counter(
            (tag, tuple(sorted((name, None if name in WORDS else value) for name, value in attributes.items())))
            for tag, attributes in self.found
        )


def elements(html: str) -> Elements:
    """The page as a browser would cut it into elements."""
    parser = Elements()
    parser.feed(html)
    parser.close()
    return parser


def undrawn(page: Page) -> Page:
    """The page with an empty drawing in place of each chart: drawing takes a hundred times as long as writing."""

    def blank(picture: Picture) -> Picture:
        return Picture(picture.alt, picture.caption, lambda width: BLANK_CHART)

    return replace(page, sections=tuple(replace(s, pictures=tuple(map(blank, s.pictures))) for s in page.sections))


def uncharted(digest: Digest) -> Digest:
    """The digest without what charts are made of, for formats that draw them on their own."""
    return replace(
        digest,
        pain_points=tuple(replace(point, impact=()) for point in digest.pain_points),
        praise=tuple(replace(point, impact=()) for point in digest.praise),
        alerts=tuple(replace(alert, weekly=()) for alert in digest.alerts),
        trends=tuple(replace(trend, weekly=()) for trend in digest.trends),
        gone_themes=tuple(replace(theme, weekly=()) for theme in digest.gone_themes),
        score_drivers=(),
        score_moves=(),
        theme_map=(),
        volumes={},
    )
