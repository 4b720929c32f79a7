"""Every HTML page that Groundswell makes, written to a folder from made-up digests."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from itertools import repeat
from pathlib import Path

from explorers_for_tests import explorer
from quality_for_tests import CALM, TROUBLED, with_texts

from reports.digest import Digest
from reports.explorer.data import explorer_json
from reports.explorer.page import render_explorer
from reports.formats.mail import Mail, render_mail
from reports.index import write_index
from reports.news.headline import build_digest
from reports.quality.page import build_quality, render_quality
from reports.render import render_html
from reports.write import write_files

__all__ = ["endless", "mail_page", "quiet", "write_pages"]

EARLIER = ("2026-W45", "2026-W44", "2026-W43")


def write_pages(folder: Path, digests: Mapping[str, Digest]) -> dict[str, Path]:
    """Digests, a quiet week, one with endless words, index, both quality pages, mail and explorer, by name."""
    every = {**digests, "quiet": quiet(digests["service"]), "endless": endless(digests["service"])}
    pages = {name: _write(folder / name / "2026-W46" / "digest.html", render_html(d)) for name, d in every.items()}
    told = [
        (pages[name], replace(digests[name], explorer=name == "product"))
        for name in ("service", "product", "marketing", "operations")
    ]
    for page, _ in told:
        write_files(page.parent, {name: "" for name in ("digest.xlsx", "digest.csv", "digest.md", "digest.json")})
    data = explorer_json(explorer())
    pages["explorer"] = _write(pages["product"].with_name("explorer.html"), render_explorer(data, 1))
    earlier = {d.audience: [(p.parent.parent / name / "digest.html", name) for name in EARLIER] for p, d in told}
    pages["index"] = write_index(told, folder, earlier, build_quality(TROUBLED).news)
    pages["quality"] = _write(folder / "quality.html", render_quality(TROUBLED))
    pages["quality-calm"] = _write(folder / "quality-calm.html", render_quality(CALM))
    pages["quality-endless"] = _write(folder / "endless.html", render_quality(with_texts(TROUBLED, repeat("W" * 400))))
    for name in ("service", "operations"):
        mail = render_mail(digests[name], "full", "https://example.com/out/digest.html")
        pages[f"mail-{name}"] = _write(folder / f"mail-{name}.html", mail_page(mail))
    return pages


def quiet(digest: Digest) -> Digest:
    """The digest of a week in which nothing is news."""
    told = ((point, point.change and replace(point.change, significant=False)) for point in digest.pain_points)
    points = tuple(replace(point, alert_id=None, is_new=False, change=change) for point, change in told)
    scores = tuple(replace(score, change=0.1, change_low=-3.0, change_high=3.2) for score in digest.scores)
    calm = replace(digest, pain_points=points, scores=scores, alerts=(), new_themes=(), theme_changes=())
    return build_digest(replace(calm, escalations=(), signals=None, actions=(), score_moves=(), headline=(), title=""))


def endless(digest: Digest) -> Digest:
    """The digest with words that have no end."""
    word = "W" * 400
    points = tuple(
        replace(p, label=word, parent=word, owner=word, verbatims=tuple(replace(v, text=word) for v in p.verbatims))
        for p in digest.pain_points
    )
    sources = tuple(replace(s, name=word) for s in digest.sources)
    return replace(digest, pain_points=points, sources=sources, headline=(word, word), title=word)


def mail_page(mail: Mail) -> str:
    """The HTML part of a mail as a mail program shows it: its attached pictures in their places."""
    page = mail.html
    for image in mail.images:
        data = base64.b64encode(image.png).decode()
        page = page.replace(f"cid:{image.cid}", f"data:image/png;base64,{data}")
    return page


def _write(path: Path, text: str) -> Path:
    return write_files(path.parent, {path.name: text})[0]
