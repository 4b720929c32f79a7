"""`score` and `cluster`: any table in, one CSV out that keeps the table's rows and their numbers."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from files_for_tests import reviews, write_csv

SCORE_COLUMNS = ["row", "sentiment", "label", "method"]
CLUSTER_COLUMNS = ["row", "start", "end", "theme_id", "theme", "similarity"]
FORMULA = tuple("=+-@\t\r＝＋－＠")


def read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or []), list(reader)


TEXTS = [
    "The staff were wonderful, thank you!",
    "",
    "Terrible. The app crashes every single time and nobody helps.",
    "   ",
    '=HYPERLINK("http://example.invalid";"click") is what the broken page shows',
    "-5 stars, the worst delivery ever",
    "@support you are great",
    "Die Lieferung kam zu spät und niemand hat sich gemeldet.",
    "👍",
]


def test_score_keeps_every_row_under_its_number(run, tmp_path):
    """`score` writes a line for each row of the table, numbered from 0, the empty ones labelled so."""
    file = write_csv(tmp_path / "table.csv", [[str(n), text] for n, text in enumerate(TEXTS)], ("id", "words"))
    ended = run("score", file, "--text", "words", "--out", tmp_path / "new" / "scored.csv")
    assert ended.code == 0 and "9 rows" in ended.err and ended.out == ""
    header, rows = read(tmp_path / "new" / "scored.csv")
    assert header == SCORE_COLUMNS
    assert [row["row"] for row in rows] == [str(n) for n in range(9)]
    labels = [row["label"] for row in rows]
    assert labels[0] == "positive" and labels[2] == "negative" and labels[7] == "unscored"
    assert [n for n, label in enumerate(labels) if label == "empty"] == [1, 3]
    for row in rows:
        assert (row["sentiment"] == "") == (row["label"] in ("empty", "unscored"))
        assert row["sentiment"] == "" or -1 <= float(row["sentiment"]) <= 1
    assert not any(cell.startswith(FORMULA) for row in rows for name, cell in row.items() if name != "sentiment")


def test_score_keeps_rows_that_are_broken(run, tmp_path):
    """A row with surplus cells, or a line that is no JSON, keeps its number: later rows do not move up."""
    rows = [["1", "I love it"], ["2", "I hate it", "surplus"], ["3", "I love it"]]
    assert run("score", write_csv(tmp_path / "t.csv", rows, ("id", "words")), "--text", "words", "--out",
               tmp_path / "a.csv").code == 0  # fmt: skip
    assert [row["label"] for row in read(tmp_path / "a.csv")[1]] == ["positive", "negative", "positive"]
    lines = [json.dumps({"words": "I love it"}), "{cut off", json.dumps({"words": "I hate it"})]
    (tmp_path / "t.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    assert run("score", tmp_path / "t.jsonl.gz", "--text", "words", "--out", tmp_path / "b.csv").code == 0
    assert [row["label"] for row in read(tmp_path / "b.csv")[1]] == ["positive", "empty", "negative"]


def test_score_takes_the_language_as_told(run, tmp_path):
    """With --language, texts are taken to be in it; in a language that cannot be scored none is."""
    file = write_csv(tmp_path / "t.csv", [["I love it, it is great"]], ("words",))
    for code, label in (("en", "positive"), ("de", "unscored")):
        assert run("score", file, "--text", "words", "--out", tmp_path / "s.csv", "--language", code).code == 0
        assert [row["label"] for row in read(tmp_path / "s.csv")[1]] == [label]


def test_cluster_by_clause_gives_offsets_into_the_cell(run, tmp_path):
    """`cluster` writes a line for each clause; start and end are offsets into the cell as the table has it."""
    texts = [f"  {row[3]}" if number % 5 == 0 else row[3] for number, row in enumerate(reviews(120))]
    file = write_csv(tmp_path / "t.csv", [[text] for text in texts], ("words",))
    ended = run("cluster", file, "--text", "words", "--out", tmp_path / "c.csv")
    assert ended.code == 0
    header, rows = read(tmp_path / "c.csv")
    assert header == CLUSTER_COLUMNS
    assert {int(row["row"]) for row in rows} == set(range(120))
    assert [int(row["row"]) for row in rows] == sorted(int(row["row"]) for row in rows)
    for row in rows:
        clause = texts[int(row["row"])][int(row["start"]) : int(row["end"])]
        assert clause and clause == clause.strip()
        assert (row["theme_id"] == "") == (row["theme"] == "") == (row["similarity"] == "")
        assert not row["theme"].startswith(FORMULA)
    by_theme = {row["theme_id"]: row["theme"] for row in rows if row["theme_id"]}
    assert len(by_theme) >= 3
    crashes = {
        row["theme_id"] for row in rows if "crashes when I log in" in texts[int(row["row"])][int(row["start"]) :]
    }
    assert len(crashes - {""}) <= 2  # the same words do not scatter


def test_cluster_by_record_gives_one_line_per_row(run, tmp_path):
    """With --unit record each row is one line, from 0 to the length of its cell, also where it is empty."""
    texts = [row[3] for row in reviews(120)]
    texts[7] = ""
    file = write_csv(tmp_path / "t.csv", [[str(n), text] for n, text in enumerate(texts)], ("id", "words"))
    assert run("cluster", file, "--text", "words", "--out", tmp_path / "c.csv", "--unit", "record").code == 0
    rows = read(tmp_path / "c.csv")[1]
    assert [(row["row"], row["start"], row["end"]) for row in rows] == [
        (str(n), "0", str(len(text))) for n, text in enumerate(texts)
    ]
    assert rows[7]["theme_id"] == "" and sum(row["theme_id"] != "" for row in rows) > 60


def test_cluster_of_few_texts_says_so(run, tmp_path):
    """With fewer than 50 different texts nothing is grouped: the ids are empty and the last line says why."""
    file = write_csv(tmp_path / "t.csv", [[row[3]] for row in reviews(30)], ("words",))
    ended = run("cluster", file, "--text", "words", "--out", tmp_path / "c.csv", "--unit", "record")
    assert ended.code == 0
    assert "fewer than 50 different" in ended.said[-1] and "0 themes" in ended.said[-1]
    rows = read(tmp_path / "c.csv")[1]
    assert len(rows) == 30 and {row["theme_id"] for row in rows} == {""}


def test_a_theme_never_becomes_a_formula(run, tmp_path):
    """Texts that begin like a formula give no cell that a spreadsheet would run."""
    starts = ["=cmd|' /C calc'!A0", "+SUM(A1:A9)", "-2+3", "@SUM(A1)", "＝1+1"]
    texts = [f"{starts[n % 5]} payment page {n} shows this error" for n in range(80)]
    file = write_csv(tmp_path / "t.csv", [[text] for text in texts], ("words",))
    assert run("cluster", file, "--text", "words", "--out", tmp_path / "c.csv", "--unit", "record").code == 0
    rows = read(tmp_path / "c.csv")[1]
    assert any(row["theme"] for row in rows)
    assert not any(cell.startswith(FORMULA) for row in rows for name, cell in row.items() if name != "similarity")


@pytest.mark.parametrize("command", ["score", "cluster"])
def test_an_output_file_is_whole_or_as_it_was(run, tmp_path, command):
    """A run that fails leaves an earlier output as it was, and nothing half-written beside it."""
    out = tmp_path / "out.csv"
    out.write_text("what was there before\n")
    file = write_csv(tmp_path / "t.csv", [["good"]], ("words",))
    assert run(command, file, "--text", "wrods", "--out", out).code == 1
    assert out.read_text() == "what was there before\n"
    assert run(command, file, "--text", "words", "--out", tmp_path).code == 1
    assert run(command, file, "--text", "words", "--out", out).code == 0
    assert read(out)[0] in (SCORE_COLUMNS, CLUSTER_COLUMNS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "t.csv"]
