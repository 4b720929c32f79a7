"""`benchmarks.theme_labels`: its figures count what stands in clauses, its material keeps the answers apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.themes.clusters import ThemeSettings
from analysis.themes.fit import ThemeFit
from benchmarks.theme_labels import label_figures, main


def fit_of(labels: list[str], assignment: list[int]) -> ThemeFit:
    """A fit with these labels."""
    return ThemeFit(
        assignment=np.array(assignment),
        similarity=np.full(len(assignment), 0.8),
        themes=pd.DataFrame({"label": labels}),
        centroids=np.eye(len(labels), 4, dtype=np.float32),
        settings=ThemeSettings(),
        note="",
    )


def test_figures_count_whole_words_in_different_clauses() -> None:
    """A label occurs where its words stand next to each other, case apart; equal clauses count once."""
    shown = ["My card is late", "the CARD, late", "a card is late!", "card is later", "my card is late", "monthly fee"]
    figures = label_figures("set", shown, fit_of(["card is late", "fees monthly"], [0, 0, 0, 0, 0, 1]))
    assert [(one.label, one.clauses, one.occurs) for one in figures.top] == [
        ("card is late", 5, 2),
        ("fees monthly", 1, 0),
    ]
    assert figures.rare == ["card is late", "fees monthly"]
    assert figures.alike == []


def test_labels_with_the_same_content_words_are_alike() -> None:
    """Order, endings and stop words make no other label; a negation does."""
    figures = label_figures("set", ["x"] * 3, fit_of(["monthly fee", "the fees monthly", "no monthly fee"], [0, 1, 2]))
    assert figures.alike == [("monthly fee", "the fees monthly")]


def test_answers_are_scored_against_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each set's labels that read alone, and the share picked; an answer that is missing is wrong."""
    (tmp_path / "key.json").write_text(json.dumps({"sets": ["a", "b", "a"], "picked": [2, 5, 1, 4]}), encoding="utf-8")
    (tmp_path / "unreadable.txt").write_text("3\n", encoding="utf-8")
    (tmp_path / "picked.txt").write_text("1 2\n2 5\n3 4\n", encoding="utf-8")
    assert main(["score", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "unreadable.txt: a: 1 of 2 read alone",
        "unreadable.txt: b: 1 of 1 read alone",
        "picked.txt: 2 of 4 picked (50.0%)",
    ]


def test_missing_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a key, and without the sets, the command says what is missing and ends with 1."""
    assert main(["score", "--out", str(tmp_path)]) == 1
    assert main(["figures", "--data", str(tmp_path), "--sets", "nps"]) == 1
    assert "key.json" in (said := capsys.readouterr().err) and "nps_verbatims.csv" in said
