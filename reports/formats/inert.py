"""Texts that no program at the other end turns into a link, a mention or a header.

Mail programs and chats make links of bare addresses on their own, long after everything was escaped. An invisible
word joiner behind what they look for keeps the text as it reads and leaves nothing to press.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from reports.formats.walk import walked
from reports.wording.figures import shown

__all__ = ["checked_link", "inert", "inert_header", "inert_strings"]

JOINER = "\N{WORD JOINER}"
SCHEMES = ("https://", "http://", "file://")
# A scheme of two letters or more before its colon; "10:30" and "Note: ..." are none.
SCHEME = re.compile(r"(?i)\b([a-z][a-z0-9+.-]+:)(?=\S)")
# The dot of a host name: letters follow at once. "4.2.0" and "e. g." have none.
HOST = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2})")
CALL = re.compile(r"[@\N{FULLWIDTH COMMERCIAL AT}](?=\S|$)")

Told = TypeVar("Told")


def inert(text: str) -> str:
    """The text on one line; addresses, host names and @names in it are broken by a word joiner."""
    line = SCHEME.sub(rf"\1{JOINER}", shown(text))
    line = HOST.sub(f".{JOINER}", line)
    return CALL.sub(lambda found: found.group() + JOINER, line)


def inert_header(text: str) -> str:
    """The text as a mail header's value: one line, and nothing that reads as an encoded word (RFC 2047)."""
    return shown(text).replace("=?", "= ?")


def inert_strings(told: Told, write: Callable[[str], str] = inert) -> Told:
    """A dataclass of strings with every one of them as `write` writes it: inert."""
    made: Told = walked(told, lambda value: write(value) if isinstance(value, str) else value)
    return made


def checked_link(link: str | None) -> str | None:
    """The link as it may stand in a message; ValueError where it is no web address and no file."""
    if link is None:
        return None
    if not link.lower().startswith(SCHEMES) or any(c.isspace() or ord(c) < 32 or c in "<>\"'|" for c in link):
        raise ValueError(f"link is {link[:80]!r}, not an address that begins with {', '.join(SCHEMES)}")
    return link
