"""How well themes match labels that they never saw, and how still they hold: sections of `benchmarks.themes`.

Unassigned rows count as one group of their own in every figure, contentless rows among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from analysis.themes.fit import ThemeSettings
from benchmarks.theme_rows import Row, at_least, at_most, share
from benchmarks.theme_sets import Ints, Run, Sets, fit_set, without_part
from benchmarks.theme_stock import Job, Stock, Topics

__all__ = [
    "Bench",
    "banking",
    "banking_jobs",
    "reviews",
    "reviews_jobs",
    "stability",
    "stability_jobs",
    "v_and_ari",
]

SHUFFLE = 1  # the seed of the other order of rows
SEEDS = (101, 102, 103)  # other seeds, ours and UMAP's
STOCK_OFTEN = 2  # seeds and draws that BERTopic is given: it takes minutes and moves a great deal
REMOVED = 0.05


@dataclass
class Bench:
    """What a section measures with: the sets, the one setting, what BERTopic answered so far (nothing: it was not run),
    and BERTopic itself."""

    sets: Sets
    settings: ThemeSettings
    quick: bool = False
    stock: Mapping[str, Topics] = field(default_factory=dict)
    runner: Stock | None = None
    _runs: dict[str, Run] = field(default_factory=dict)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Other seeds than the setting's."""
        return SEEDS[:1] if self.quick else SEEDS

    @property
    def draws(self) -> range:
        """Draws of the rows that are removed."""
        return range(2 if self.quick else 5)

    def first(self, name: str) -> Run:
        """The set's fit as it comes, labels as an analysis makes them; made once."""
        if name not in self._runs:
            self._runs[name] = fit_set(self.sets.get(name), self.settings, embed=True)
        return self._runs[name]

    def beside(self, job: str, say: Callable[[Topics], str]) -> str:
        """BERTopic's figure, where it was run."""
        return say(self.stock[job]) if job in self.stock else ""


def v_and_ari(truth: Sequence[str], found: Ints) -> tuple[float, float]:
    """V-measure and adjusted Rand index."""
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    return float(v_measure_score(truth, found)), float(adjusted_rand_score(truth, found))


def rand(left: Ints, right: Ints) -> float:
    """Adjusted Rand index of two groupings of the same rows."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(left, right))


# ------------------------------------------------------------------------------------------------------------- banking


def banking_jobs(sets: Sets, quick: bool) -> list[Job]:
    """What BERTopic is asked for beside `banking`."""
    return [Job(name, name) for name in ("banking_train", "banking_test")]


def banking(bench: Bench) -> list[Row]:
    """Themes of bank customers' questions against their 77 intents."""
    rows = []
    for name, least_v, least_ari in (("banking_train", 0.83, 0.60), ("banking_test", 0.83, 0.575)):
        truth = [labels[0] for labels in bench.sets.get(name).labels]
        run = bench.first(name)
        v, ari = v_and_ari(truth, run.assignment)
        stock = bench.stock.get(name)
        stock_v, stock_ari = v_and_ari(truth, stock.assignment) if stock else (0.0, 0.0)
        rows += [
            at_least(f"{name}: V-measure", v, least_v, stock=f"{stock_v:.3f}" if stock else ""),
            at_least(f"{name}: ARI", ari, least_ari, stock=f"{stock_ari:.3f}" if stock else ""),
            at_most(
                f"{name}: unassigned",
                run.unassigned,
                0.02,
                ours=f"{run.unassigned:.2%}",
                stock=f"{stock.unassigned:.2%}" if stock else "",
            ),
            Row(
                f"{name}: themes ({len(truth):,} records, {len(set(truth))} intents)",
                str(run.themes),
                stock=str(len(stock.names)) if stock else "",
            ),
        ]
    return rows


# ----------------------------------------------------------------------------------------------------------- stability


def stability_jobs(sets: Sets, quick: bool) -> list[Job]:
    """What BERTopic is asked for beside `stability`."""
    return _moved_jobs("banking_train", len(sets.get("banking_train")), quick)


def stability(bench: Bench) -> list[Row]:
    """The questions again: in another order, under other seeds, with a part of them removed."""
    return moved(bench, "banking_train", least_seed=0.97, mean_removed=0.94, least_removed=0.92)


def moved(bench: Bench, name: str, *, least_seed: float, mean_removed: float, least_removed: float | None) -> list[Row]:
    """ARI to the first run of the set, all rows counted: rows shuffled, other seeds, 5 % of the rows removed."""
    rows, base = bench.sets.get(name), bench.first(name).assignment
    order = np.random.default_rng(SHUFFLE).permutation(len(rows))
    again = fit_set(rows.only(order), bench.settings).assignment
    seeds = [fit_set(rows, replace(bench.settings, seed=seed)).assignment for seed in bench.seeds]
    other = [rand(base, found) for found in seeds]
    kept = [without_part(len(rows), REMOVED, draw) for draw in bench.draws]
    left = [rand(base[part], fit_set(rows.only(part), bench.settings).assignment) for part in kept]
    stock = _stock_moved(bench, name, order, kept)
    same = bool(np.array_equal(base[order], again))
    shuffled = f"{rand(base[order], again):.3f}{' (identical)' if same else ' (NOT identical)'}"
    removed = f"mean {np.mean(left):.3f}, least {min(left):.3f}"
    wanted = f"mean >= {mean_removed:g}" + (f", least >= {least_removed:g}" if least_removed is not None else "")
    reached = np.mean(left) >= mean_removed and (least_removed is None or min(left) >= least_removed)
    return [
        Row(f"{name}: rows shuffled, ARI", shuffled, "1.00", same, stock[0]),
        Row(
            f"{name}: other seeds ({len(other)}), ARI",
            f"mean {np.mean(other):.3f}, least {min(other):.3f}",
            f"least >= {least_seed:g}",
            min(other) >= least_seed,
            stock[1],
        ),
        Row(f"{name}: 5 % removed ({len(left)} draws), ARI", removed, wanted, bool(reached), stock[2]),
    ]


def _moved_jobs(name: str, count: int, quick: bool) -> list[Job]:
    """BERTopic on the same rows moved in the same ways."""
    order = tuple(np.random.default_rng(SHUFFLE).permutation(count).tolist())
    often = 1 if quick else STOCK_OFTEN
    return [
        Job(name, name),
        Job(f"{name} shuffled", name, order),
        *(Job(f"{name} seed {seed}", name, seed=seed) for seed in SEEDS[:often]),
        *(
            Job(f"{name} draw {draw}", name, tuple(without_part(count, REMOVED, draw).tolist()))
            for draw in range(often)
        ),
    ]


def _stock_moved(bench: Bench, name: str, order: NDArray[np.int64], kept: Sequence[Ints]) -> tuple[str, str, str]:
    """BERTopic's figures for the three rows of `moved`."""
    if name not in bench.stock:
        return "", "", ""
    found = {job: topics.assignment for job, topics in bench.stock.items()}
    base = found[name]
    seeds = [rand(base, found[job]) for job in (f"{name} seed {seed}" for seed in SEEDS) if job in found]
    drawn = [(part, f"{name} draw {draw}") for draw, part in enumerate(kept)]
    left = [rand(base[part], found[job]) for part, job in drawn if job in found]
    return (
        f"{rand(base[order], found[f'{name} shuffled']):.3f}",
        f"mean {np.mean(seeds):.3f} of {len(seeds)}",
        f"mean {np.mean(left):.3f} of {len(left)}",
    )


# ------------------------------------------------------------------------------------------------------------- reviews


def reviews_jobs(sets: Sets, quick: bool) -> list[Job]:
    """What BERTopic is asked for beside `reviews`."""
    return _moved_jobs("greenlight", len(sets.get("greenlight")), quick)


def reviews(bench: Bench) -> list[Row]:
    """Clauses of app reviews: how still their themes hold, how many clauses have none, how large the largest is."""
    rows, run = bench.sets.get("greenlight"), bench.first("greenlight")
    largest = float(np.bincount(run.assignment[run.assignment >= 0]).max(initial=0)) / len(rows)
    of_all = float((run.assignment >= 0).sum()) / rows.all_clauses
    return [
        *moved(bench, "greenlight", least_seed=0.95, mean_removed=0.90, least_removed=None),
        at_most(
            "greenlight: clauses with content but without a theme",
            run.unassigned,
            0.09,
            ours=share(run.unassigned),
            stock=bench.beside("greenlight", lambda found: share(found.unassigned)),
        ),
        at_most(
            "greenlight: largest theme, of clauses with content",
            largest,
            0.05,
            ours=share(largest),
            stock=bench.beside("greenlight", lambda found: share(_largest(found.assignment))),
        ),
        Row(
            f"greenlight: themes ({len(rows):,} clauses with content of {rows.all_clauses:,})",
            str(run.themes),
            stock=bench.beside("greenlight", lambda found: str(len(found.names))),
        ),
        Row("greenlight: all clauses without a theme, contentless ones too", share(1 - of_all)),
    ]


def _largest(assignment: Ints) -> float:
    """The share of the largest theme of all rows."""
    return float(np.bincount(assignment[assignment >= 0]).max(initial=0)) / max(len(assignment), 1)
