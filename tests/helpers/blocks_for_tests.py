"""Pages and messages as blocks of words: rows, items, tiles and paragraphs below their headings, without quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

__all__ = ["Block", "of_brief", "of_html", "of_markdown", "of_slack", "of_text"]


@dataclass(frozen=True)
class Block:
    """Words that stand together, below the headings of their section and their theme."""

    text: str
    heading: tuple[str, ...] = ()


@dataclass
class _Html(HTMLParser):
    """The blocks of a page: rows, items and paragraphs, without quotes and drawings."""

    blocks: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.head: dict[str, str] = {}
        self.skipped: list[str] = []

    SKIPS = ("style", "svg", "blockquote", "title", "nav")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins where another one does."""
        kind = dict(attrs).get("class") or ""
        if tag in self.SKIPS or (tag == "figure" and "quote" in kind):
            self.skipped.append(tag)
        if (
            tag in ("p", "li", "tr", "h1", "h2", "h3", "table", "section", "article", "summary", "figure")
            or kind == "tile"
        ):
            self.close_block()
        if tag == "img":
            self.blocks.append(Block(dict(attrs).get("alt") or "", tuple(self.head.values())))
        if tag in ("section", "h2"):
            self.head = {}

    def handle_endtag(self, tag: str) -> None:
        """A heading is remembered for what follows."""
        if self.skipped and self.skipped[-1] == tag:
            self.skipped.pop()
            return
        if tag in ("h2", "h3", "caption"):
            if tag == "h2":
                self.head.pop("h3", None)
            self.head[tag] = " ".join("".join(self.words).split())
        if tag in (
            "p",
            "li",
            "tr",
            "h1",
            "h2",
            "h3",
            "table",
            "section",
            "article",
            "caption",
            "summary",
            "figcaption",
        ):
            self.close_block()
        if tag in ("article", "table"):
            self.head.pop("h3" if tag == "article" else "caption", None)

    def handle_data(self, data: str) -> None:
        """Words outside of quotes."""
        if not self.skipped:
            self.words.append(f" {data} ")

    def close_block(self) -> None:
        """What was gathered is one block."""
        text = " ".join("".join(self.words).split())
        self.words = []
        if text:
            self.blocks.append(Block(text, tuple(self.head.values())))


def of_html(html: str) -> list[Block]:
    """The blocks of digest.html or of a mail."""
    parser = _Html()
    parser.feed(html)
    parser.close_block()
    return [Block(_plain(b.text), tuple(map(_plain, b.heading))) for b in parser.blocks]


def of_markdown(text: str) -> list[Block]:
    """The blocks of digest.md; lines of quotes are left out."""
    blocks, head = [], dict[int, str]()
    bare = re.sub(r"\\([\\`*_{}\[\]<>|~#&:.+=)-])", r"\1", text)
    for line in bare.split("\n"):
        depth = len(line) - len(line.lstrip("#"))
        if depth:
            head = {level: words for level, words in head.items() if level < depth} | {depth: line.strip("# ")}
        if line.strip() and not line.startswith((">", "| ---", "---")):
            blocks.append(Block(_plain(line.replace("*", "")), tuple(map(_plain, head.values()))))
    return blocks


def of_text(text: str) -> list[Block]:
    """The blocks of a mail's text part; lines of quotes are left out."""
    blocks, title = [], ""
    for part in text.split("\n\n"):
        lines = [line for line in part.split("\n") if not line.lstrip().startswith(">")]
        if len(lines) == 2 and set(lines[1]) == {"-"}:
            title = lines[0]
            continue
        for words in re.split(r"\n(?=\s*- )", "\n".join(lines)):
            first = lines[0] if lines else ""
            blocks.append(Block(_plain(" ".join(words.split())), (title, _plain(" ".join(first.split())))))
    return blocks


def of_slack(payloads: Iterable[dict[str, Any]]) -> list[Block]:
    """The blocks of Slack messages; plain texts are quotes and where they stand, but for the first lines."""
    found = []
    for payload in payloads:
        for block in payload["blocks"]:
            texts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
            for text in filter(None, texts):
                if text["type"] == "mrkdwn":
                    lines = text["text"].split("\n")
                    bare = [re.sub(r"<https?:[^>]*>", "", line).replace("*", "") for line in lines]
                    found += [Block(_plain(_signs(line)), (_plain(_signs(bare[0])),)) for line in bare]
        found.append(Block(_plain(_signs(payload["text"]))))
    return found


def _signs(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def of_brief(body: str) -> list[Block]:
    """The lines of a short message."""
    return [Block(_plain(re.sub(r"https?:\S+", "", line))) for line in body.split("\n")]


def _plain(text: str) -> str:
    return " ".join(text.replace("\N{WORD JOINER}", "").replace("\N{NO-BREAK SPACE}", " ").split())
