"""`score` and `cluster`: sentiment and themes for any table; nothing is stored. Rows keep their order and number."""

from __future__ import annotations

import csv
import difflib
import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from flows.commands.try_files import check_folder
from flows.progress import stage
from groundswell.errors import ConfigError, DeliveryError
from groundswell.frames import FEEDBACK, empty_frame

if TYPE_CHECKING:
    from analysis.sentiment.model import SentimentModel

__all__ = ["cluster_table", "score_table"]


def score_table(
    file: Path,
    column: str,
    out: Path,
    language: str | None,
    encoding: str | None,
    settings: Path | None = None,
    source: str | None = None,
) -> str:
    """Writes row,sentiment,label,method for every row of the table; returns a line that says what was done.

    `row` is 0-based; label is negative, neutral, positive, mixed, unscored or empty. Read with the own model of the
    project at hand (flows/commands/table_model.py). Raises SourceError and ConfigError for a file, column or source
    that cannot be used, DeliveryError where `out` cannot be written.
    """
    from analysis.sentiment.scoring import score_clauses, score_comments
    from analysis.text.clauses import clause_frame
    from analysis.text.spoken import spoken_clauses
    from flows.commands.table_model import table_model

    feedback = _feedback_of(_texts(file, column, encoding))
    _check_place(out)
    chosen = table_model(settings, source)
    feedback["source"] = chosen.source
    clauses = spoken_clauses(feedback) if language is None else clause_frame(feedback).assign(language=language)
    vectors = _vectors_to_score(clauses.assign(source=chosen.source), chosen.model)
    with stage("sentiment", len(feedback)):
        comments = score_comments(feedback, score_clauses(feedback, clauses, vectors, chosen.model), chosen.model)
    rows = zip(range(len(comments)), comments["sentiment"], comments["label"], comments["method"], strict=True)
    _write_csv(out, ("row", "sentiment", "label", "method"), ((r, _number(s), lab, m) for r, s, lab, m in rows))
    counts = ", ".join(f"{n:,} {label}" for label, n in comments["label"].value_counts().items())
    return f"{out}: {len(comments):,} rows: {counts}; {chosen.told}"


def _vectors_to_score(clauses: pd.DataFrame, model: SentimentModel) -> np.ndarray[Any, Any]:
    """The vectors of the clauses that the model can read, as an analysis embeds them; zeros for the others."""
    from analysis.sentiment.scoring import scorable
    from analysis.text.embedding import Embedder
    from analysis.text.encoder import WIDTH
    from analysis.text.product_words import product_words, text_for_embedding

    vectors = np.zeros((len(clauses), WIDTH), np.float32)
    rows = scorable(clauses, model)
    words = product_words(clauses["text"].tolist())
    texts = [text_for_embedding(text, words) for text in clauses.loc[rows, "text"]]
    with stage("embedding", len(texts)) as advance:
        vectors[rows] = Embedder().embed(texts, progress=advance)
    return vectors


def cluster_table(file: Path, column: str, out: Path, unit: str, encoding: str | None) -> str:
    """Writes row,start,end,theme_id,theme,similarity, one line per clause (or record); returns a line on the result.

    theme_id is empty where a text names nothing or fits no theme. Raises as `score_table`.
    """
    from analysis.text.clauses import clause_frame
    from analysis.text.contentless import mark_contentless
    from analysis.text.embedding import Embedder
    from analysis.text.product_words import product_words, text_for_embedding
    from analysis.themes.fit import fit_themes

    feedback = _feedback_of(_texts(file, column, encoding))
    _check_place(out)
    units = clause_frame(feedback) if unit == "clause" else _whole(feedback)
    words = product_words(units["text"].tolist())
    # A whole record is taken at its word: who clusters records wants every one of them somewhere.
    nothing = mark_contentless(units["text"].tolist(), words) if unit == "clause" else units["text"] == ""
    content = units[~nothing]
    texts = [text_for_embedding(text, words) for text in content["text"]]
    with stage("embedding", len(texts)) as advance:
        embedder = Embedder()
        vectors = embedder.embed(texts, progress=advance)
    ids = [f"{f}:{s}" for f, s in zip(content["feedback_id"], content["start"], strict=True)]
    with stage("themes", len(texts)):
        fit = fit_themes(
            texts, vectors, ids=ids, shown=content["text"].tolist(), product_words=words, embed=embedder.embed
        )
    theme_ids = np.append(fit.themes["theme_id"].to_numpy(dtype=object), "")
    labels = np.append(fit.themes["label"].to_numpy(dtype=object), "")
    found = pd.DataFrame(
        {"theme_id": theme_ids[fit.assignment], "theme": labels[fit.assignment], "similarity": fit.similarity},
        index=content.index,
    )
    units = units.join(found)
    _write_csv(out, ("row", "start", "end", "theme_id", "theme", "similarity"), _cluster_rows(units))
    share = float((units["theme_id"].fillna("") != "").mean()) if len(units) else 0.0
    note = f"; {fit.note}" if fit.note else ""
    return f"{out}: {len(units):,} {unit}s, {len(fit.themes):,} themes, {share:.0%} with a theme{note}"


def _cluster_rows(units: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    from reports.formats.cells import field_text

    for row in units.itertuples():
        known = isinstance(row.theme_id, str) and row.theme_id
        yield (
            int(str(row.feedback_id)),
            row.start,
            row.end,
            row.theme_id if known else "",
            field_text(str(row.theme)) if known else "",
            _number(row.similarity) if known else "",
        )


def _texts(file: Path, column: str, encoding: str | None) -> list[str]:
    """The column's cells in order and as they are, so that offsets hold; "" where a row has nothing but blanks."""
    from extractors.tables import open_table

    table = open_table(file, encoding=encoding)
    if column not in table.columns:
        near = difflib.get_close_matches(column, table.columns, n=3, cutoff=0.4) or list(table.columns)[:8]
        raise ConfigError(f"{file.name}: no column {column!r}; nearest: {', '.join(near)}")
    cells = (record.fields.get(column, "") for record in table.records())
    return [cell if cell.strip() else "" for cell in cells]


def _feedback_of(texts: list[str]) -> pd.DataFrame:
    """A FEEDBACK frame with a row number as id, for the analysis modules that take one."""
    frame = empty_frame(FEEDBACK).reindex(range(len(texts)))
    frame["feedback_id"] = [str(i) for i in range(len(texts))]
    frame["text"], frame["language"] = texts, None
    return frame


def _whole(feedback: pd.DataFrame) -> pd.DataFrame:
    """One unit per record."""
    return pd.DataFrame(
        {
            "feedback_id": feedback["feedback_id"],
            "start": 0,
            "end": feedback["text"].str.len(),
            "text": feedback["text"],
            "sentence": 0,
        }
    )


def _number(value: Any) -> str:
    return "" if value is None or value != value else f"{value:.4f}"


def _check_place(out: Path) -> None:
    """Raises DeliveryError before the work is done where the result could not be written afterwards."""
    if out.is_dir():
        raise DeliveryError(f"{out}: is a folder; name a file with --out")
    check_folder(out.parent)


def _write_csv(out: Path, header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """The whole file or none of it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    try:
        handle, draft = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text.getvalue())
            os.replace(draft, out)
        except BaseException:
            os.unlink(draft)
            raise
    except OSError as error:
        raise DeliveryError(f"{out}: cannot be written: {error.strerror}; choose another place with --out") from error
