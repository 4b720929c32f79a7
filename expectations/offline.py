"""Great Expectations' pages without their remote parts: nothing is loaded from anywhere, nothing is run."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

__all__ = ["HEAD", "STYLE", "make_offline"]

HEAD = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
)
# What the pages need of the style sheets that they would load: columns, tables, boxes and marks.
STYLE = """
:root{color-scheme:light dark}
main{max-width:1100px;margin:0 auto}
body{overflow-wrap:anywhere;font:15px/1.5 system-ui,sans-serif;margin:0;padding:1rem 1.5rem 3rem}
h1{font-size:1.6rem;margin:.5rem 0}h4,h5,h6{font-size:1.05rem;margin:.2rem 0}
a[href]{color:#1a5fb4}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{border-bottom:1px solid #8886;padding:.35rem .6rem;text-align:left;vertical-align:top}
@media(min-width:46rem){td:first-child,th:first-child{white-space:nowrap}}
@media(max-width:46rem){th,td{padding:.35rem .25rem;font-size:.85rem}}
.alert{background:#8882;border-radius:4px;padding:.4rem .8rem;margin-top:1.2rem}
.badge{background:#8883;border-radius:3px;padding:0 .3rem;font-weight:600}
.critical b{color:#c01c28}.warning b{color:#9c6500}
.fa-check-circle::before{content:"\\2713";color:#26802b;font-weight:700;font-style:normal}
.fa-times::before{content:"\\2717";color:#c01c28;font-weight:700;font-style:normal}
.fa-exclamation-triangle::before{content:"!";color:#9c6500;font-weight:700;font-style:normal}
.ge-navigation-sidebar-container,.navbar,.btn-group,.sticky,[data-toggle=collapse],hr,li:has(>hr){display:none}
@media(prefers-color-scheme:dark){body{background:#1d1f21;color:#e8e8e8}a[href]{color:#8ab4f8}.critical b{color:#ff7b72}
.warning b{color:#e3b341}.fa-check-circle::before{color:#56d364}.fa-times::before{color:#ff7b72}}
"""
_LEFT_OUT = {"script", "style", "footer", "nav"}  # with all that is in them
_VOID = {"link", "meta", "img", "input", "base"}  # elements without an end
_KEPT = {"class", "colspan", "data-toggle", "rowspan"}  # ids hold a random part: the same result, the same page


def make_offline(page: str, title: str, summary: str) -> str:
    """The page's content under a title and a summary (HTML), with our own style and none of its scripts and links."""
    reader = _Body()
    reader.feed(page)
    reader.close()
    return (
        f"{HEAD}<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f'<main><p><a href="index.html">Data Docs</a></p><h1>{escape(title)}</h1>{summary}'
        f"{''.join(reader.out)}</main></body></html>\n"
    )


class _Body(HTMLParser):
    """Writes again what stands in the body of a page, without what could load or run anything."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._inside = False
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element with its harmless attributes."""
        if tag == "body":
            self._inside = True
        elif tag in _LEFT_OUT:
            self._skipped.append(tag)
        elif self._writes() and tag not in _VOID:
            kept = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs if name in _KEPT)
            self.out.append(f"<{tag}{kept}>")

    def handle_endtag(self, tag: str) -> None:
        """Close what was written."""
        if tag == "body":
            self._inside = False
        elif self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
        elif self._writes() and tag not in _VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        if self._writes():
            self.out.append(escape(data) if data.strip() else "\n" if "\n" in data else data)

    def _writes(self) -> bool:
        return self._inside and not self._skipped
