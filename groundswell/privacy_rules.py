"""What is personal in a text besides numbers, and where it stands: e-mail, handles, links, network addresses.

A finder yields `Hit(start, end, mark)`; `privacy_redact.redact` puts the marks in. Every pattern is linear in the
length of the text: a hostile text must not stall a run. No I/O, nothing logged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple

__all__ = [
    "DIGIT",
    "SEVEN_DIGITS",
    "Hit",
    "find_emails",
    "find_handles",
    "find_ips",
    "find_links",
]


class Hit(NamedTuple):
    """One stretch of text to be replaced by `[mark]`."""

    start: int
    end: int
    mark: str


DIGIT = re.compile(r"\d")
SEVEN_DIGITS = re.compile(r"\d(?:[^\w\n]{0,4}\d){6}")  # no phone, card or IBAN without them

# The word before a number often says that it is no personal one. Anchored at the number: the nearest word counts.
ORDER_BEFORE = re.compile(
    r"(?:\b(?:orders?|ref(?:erence)?|tickets?|invoice|track(?:ing)?|case|booking|transaction|txn|trx|awb|parcel|shipment|"
    r"package|consignment|claim|sku|items?|product|model|serial|imei|ean|isbn|upc|asin|confirmation|request|complaint|"
    r"incident|receipt|purchase|article|part|build|policy|job|id|bestell\w*|commande|pedido|ordine)|#|№|\bno\.)"
    r"(?:[\s:.#=()-]|\b(?:no|nr|num|number|nummer|code|id|ids|is|was|of|the|my|ref|reference)\b)*$",
    re.IGNORECASE,
)


# ---------------------------------------------------------------------------------------------- e-mail and handles

_LOCAL = r"[\w.+%'~-]"  # the standard allows "=", "/" and "&" as well; in texts they stand before an address
_EMAIL = re.compile(
    # The look-behind pins the start of the address: a long run without "@" is read once, not once per letter.
    rf"(?<!{_LOCAL}){_LOCAL}{{1,256}}[@＠](?P<domain>[^\W_][\w-]{{0,62}}(?:\.[^\W_][\w-]{{0,62}})*)"
)
_SPACED = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?[@＠]\s?[\w-]{1,63}\s?(?:\.[\w-]{1,63}){0,3}\.\s?"
    r"(?:com|net|org|edu|gov|info|io|co|uk|de|fr|es|it|nl|in|au|ca|br|me|biz)\b(?![\w@])",
    re.IGNORECASE,
)
_SPELT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s{0,2}(?:[(\[{<]\s?(?:at|@)\s?[)\]}>]|\sat\s)\s{0,2}[\w-]{1,63}"
    r"(?:\s{0,2}(?:[(\[{<]\s?(?:dot|\.)\s?[)\]}>]|\sdot\s|\.)\s{0,2}[\w-]{1,63}){1,4}(?!\w)",
    re.IGNORECASE,
)
_SPELT_HINT = re.compile(r"[(\[{<]\s?(?:at|@)\s?[)\]}>]|\sdot\s|[(\[{<]\s?dot", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@\]])@(?:[^\W\d]\w{1,49}|\d{5,49}\w{0,49})(?:@[\w-]+(?:\.[\w-]+)+)?")
_CLOCK = re.compile(r"@\d{3,4}(?:am|pm|hrs?|h)\b|@\d+\b(?=\s?(?:%|rs|usd|eur|each|per\b))", re.IGNORECASE)


def find_emails(text: str) -> Iterator[Hit]:
    """E-mail addresses, also spaced ("a @ b.com"), spelt out ("a at b dot com") and payment ids ("name@bank")."""
    if "@" in text or "＠" in text:
        for match in _EMAIL.finditer(text):
            start = match.end() - len(match.group().lstrip(".%'~-"))
            local = text[start : match.start("domain") - 1]
            if (
                local
                and local[-1] != "."
                and ("." in match["domain"] or (len(local) > 2 and not match["domain"].isdigit()))
            ):
                yield Hit(start, match.end(), "email")
        yield from (Hit(m.start(), m.end(), "email") for m in _SPACED.finditer(text))
    if _SPELT_HINT.search(text):
        for match in _SPELT.finditer(text):
            # "look at this. Then ..." has an "at" and a dot too: a bare "at" needs a bare "dot".
            if not re.search(r"\sat\s", match.group(), re.I) or re.search(r"\sdot\s|[(\[{<]", match.group(), re.I):
                yield Hit(match.start(), match.end(), "email")


def find_handles(text: str) -> Iterator[Hit]:
    """@names as tweets and tickets write them; "@5pm" and "@ 20 each" are none."""
    for match in _HANDLE.finditer(text):
        if not _CLOCK.match(text, match.start()):
            yield Hit(match.start(), match.end(), "handle")


# ------------------------------------------------------------------------------------------------------------ links

_LINK = re.compile(
    r"(?:(?:https?|ftps?|wss?)://|(?<![\w@./])www\.)[^\s<>\"'\[\]{}|\\^`]+"
    r"|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|io|co|app|uk|de|fr|in|ly|me|eu|us|tv)/[^\s<>\"'\[\]{}|\\^`]+",
    re.IGNORECASE,
)
_LINK_PARTS = re.compile(
    r"(?P<scheme>(?:\w+://)?)(?P<user>(?:[^/?#]*@)?)(?P<host>[^/?#@]*)(?P<path>[^?#]*)(?P<query>(?:[?#].*)?)"
)
_USER_PATH = re.compile(
    r"(?<=/)(?P<where>(?:u|user|users|profile|profiles|member|members|people|in|author|account|accounts|~)/)"
    r"(?P<who>[^/]{2,})|(?<=/)(?P<at>(?:@|%40|~)[^/]{2,})|(?<=/)(?P<mail>[^/]*(?:%40|@)[^/]+)",
    re.IGNORECASE,
)


def find_links(text: str) -> Iterator[Hit]:
    """The personal parts of links: user and password, query and fragment, the name in /user/NAME and /@NAME.

    Host and path stay: "checkout fails on shop.example/basket" is what a product team needs to read.
    """
    for match in _LINK.finditer(text):
        link = match.group().rstrip(".,;:!?)*_")
        parts = _LINK_PARTS.match(link)
        if parts is None:  # the pattern matches every string; for the type checker
            continue
        at = match.start()
        if parts["user"]:
            yield Hit(at + parts.start("user"), at + parts.end("user"), "link user")
        for hit in _USER_PATH.finditer(link, parts.start("path"), parts.end("path")):
            group = "who" if hit["who"] else "at" if hit["at"] else "mail"
            yield Hit(at + hit.start(group), at + hit.end(group), "email" if group == "mail" else "handle")
        if len(parts["query"]) > 1:
            yield Hit(at + parts.start("query"), at + parts.end("query"), "link query")


# ----------------------------------------------------------------------------------------------- network addresses

_IPV4 = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)")
_IPV6 = re.compile(
    r"(?:(?<![\w:.])|(?<=[g-zG-Z]:))[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}(?:\.\d{1,3}){0,3}(?![\w:])"
)
_VERSION_BEFORE = re.compile(
    r"\b(?:v|ver|versions?|version:?|build|release|updat\w*|upgrad\w*|install\w*|firmware|app|android|ios|windows|chrome|patch|"
    r"software|edition|section|chapter|rev)"
    r"(?:[\s:.#=()]|\b(?:to|and|or|from|is|was|the|of|my|no|number|version|build)\b|[\d.]+\s(?=(?:to|and|or)\b))*$",
    re.IGNORECASE,
)


def find_ips(text: str) -> Iterator[Hit]:
    """IPv4 and IPv6 addresses; "version 4.2.0.1" is a version, "12:30:45" a time."""
    if text.count(".") >= 3:
        for match in _IPV4.finditer(text):
            if not _VERSION_BEFORE.search(text[max(0, match.start() - 40) : match.start()]):
                yield Hit(match.start(), match.end(), "ip")
    if text.count(":") >= 2:
        for match in _IPV6.finditer(text):
            try:
                IPv6Address(match.group())
            except (AddressValueError, ValueError):
                continue
            if sum(c.isalnum() for c in match.group()) >= 3:
                yield Hit(match.start(), match.end(), "ip")
