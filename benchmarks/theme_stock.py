"""BERTopic as it comes, in an environment of its own, on the same texts and vectors as ours.

`Stock` writes texts and vectors to a temporary folder, runs this very file with the other interpreter and reads the
topics back. That environment holds bertopic, umap-learn, hdbscan and numba (no torch: the vectors are given):

    python -m venv DIR
    DIR/bin/pip install numpy pandas scipy scikit-learn numba hdbscan umap-learn plotly pyyaml tqdm
    DIR/bin/pip install --no-deps bertopic

Vectors are our int8 ones. Defaults all through: UMAP to 5 dimensions, HDBSCAN with clusters of 10 and more, c-TF-IDF
names. Only UMAP's random state is set, so that a run can be repeated; the timed job leaves it as it comes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Job", "Stock", "Topics"]

SEED = 42


@dataclass(frozen=True)
class Job:
    """One fit: of which set, of which of its rows in which order (None: all), under which UMAP seed (None: none).

    `later` are rows that the fitted model is asked about afterwards.
    """

    name: str
    texts: str
    rows: tuple[int, ...] | None = None
    seed: int | None = SEED
    later: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Topics:
    """What BERTopic found: the topic of each given row (-1: outlier), names by size, the seconds of the fit and, where
    rows came later, of `transform`."""

    assignment: Any
    names: list[str]
    seconds: float
    later_seconds: float = 0.0

    @property
    def unassigned(self) -> float:
        """The share of rows that are outliers."""
        return float((self.assignment < 0).mean())


class Stock:
    """BERTopic under another interpreter. In `cache`, a folder, answers of seeded jobs are kept for the next run."""

    def __init__(self, python: Path, cache: Path | None = None) -> None:
        """Raises RuntimeError, naming the first missing module, where the interpreter cannot import what is needed."""
        self.python, self.cache = python, cache
        self.versions = self._call("-c", _VERSIONS).strip()

    def run(self, jobs: Sequence[Job], sets: Mapping[str, tuple[Sequence[str], Any]]) -> dict[str, Topics]:
        """The topics of each job by its name; `sets` holds texts and (n, d) vectors."""
        known: dict[str, Topics] = {}
        for job in jobs:
            folder = self._kept(job, sets[job.texts])
            if folder is not None and (folder / "answer.npy").is_file():
                known[job.name] = _read(folder / "answer")
        new = self._run([job for job in jobs if job.name not in known], sets)
        return known | new

    def _kept(self, job: Job, rows: tuple[Sequence[str], Any]) -> Path | None:
        """Where the answer to a job is kept; None where none is: without a seed no two answers are the same."""
        if self.cache is None or job.seed is None:
            return None
        asked = json.dumps([self.versions, asdict(job), list(rows[0])])
        return self.cache / f"bertopic-{sha256(asked.encode()).hexdigest()[:24]}"

    def _run(self, jobs: Sequence[Job], sets: Mapping[str, tuple[Sequence[str], Any]]) -> dict[str, Topics]:
        """The answers of the other interpreter."""
        if not jobs:
            return {}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for key in {job.texts for job in jobs}:
                texts, vectors = sets[key]
                (folder / f"{key}.json").write_text(json.dumps(list(texts)), encoding="utf-8")
                np.save(folder / f"{key}.npy", np.asarray(vectors, dtype=np.float32))
            (folder / "jobs.json").write_text(json.dumps([asdict(job) for job in jobs]), encoding="utf-8")
            self._call(str(Path(__file__).resolve()), str(folder))
            for number, job in enumerate(jobs):
                kept = self._kept(job, sets[job.texts])
                if kept is not None:
                    kept.mkdir(parents=True, exist_ok=True)
                    for end in (".json", ".npy"):
                        shutil.copyfile(folder / f"answer{number}{end}", kept / f"answer{end}")
            return {job.name: _read(folder / f"answer{number}") for number, job in enumerate(jobs)}

    def _call(self, *arguments: str) -> str:
        """What the interpreter prints."""
        try:
            done = subprocess.run([str(self.python), *arguments], capture_output=True, text=True)
        except OSError as error:
            raise RuntimeError(f"--stock {self.python}: cannot be started ({error.strerror})") from error
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise RuntimeError(f"--stock {self.python}: BERTopic did not run there ({last})")
        return done.stdout


_VERSIONS = """
import bertopic, hdbscan, umap
from importlib.metadata import version
print(", ".join(name + " " + version(name) for name in ("bertopic", "umap-learn", "hdbscan")))
"""


def _read(answer: Path) -> Topics:
    """The answer to one job, from its two files."""
    said = json.loads(answer.with_suffix(".json").read_text(encoding="utf-8"))
    return Topics(np.load(answer.with_suffix(".npy")), said["names"], said["seconds"], said["later"])


def _inside(folder: Path) -> None:
    """Runs under the other interpreter: every job of the folder, the compiler of numba warmed up before."""
    jobs = json.loads((folder / "jobs.json").read_text(encoding="utf-8"))
    loaded: dict[str, tuple[list[str], Any]] = {}
    for job in jobs:
        key = job["texts"]
        if key not in loaded:
            texts = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
            loaded[key] = (texts, np.load(folder / f"{key}.npy"))
    texts, vectors = loaded[jobs[0]["texts"]]
    model, _, _ = _fit(texts[:300], vectors[:300], SEED)
    if any(job["later"] for job in jobs):
        model.transform(texts[:20], vectors[:20])
    for number, job in enumerate(jobs):
        texts, vectors = loaded[job["texts"]]
        rows = range(len(texts)) if job["rows"] is None else job["rows"]
        model, topics, seconds = _fit([texts[i] for i in rows], vectors[list(rows)], job["seed"])
        began = time.perf_counter()
        if job["later"]:
            model.transform([texts[i] for i in job["later"]], vectors[job["later"]])
        said = {"names": _names(model), "seconds": seconds, "later": time.perf_counter() - began}
        np.save(folder / f"answer{number}.npy", topics)
        (folder / f"answer{number}.json").write_text(json.dumps(said))
        print(f"BERTopic: {job['name']}, {len(topics)} rows, {seconds:.0f} s", file=sys.stderr, flush=True)


def _fit(texts: list[str], vectors: Any, seed: int | None) -> tuple[Any, Any, float]:
    """The model, the topics of the rows, and the seconds of the fit."""
    import bertopic  # not ours: the stock one, in the environment that runs this file

    model = bertopic.BERTopic()
    if seed is not None:
        model.umap_model.set_params(random_state=seed)
    started = time.perf_counter()
    topics, _ = model.fit_transform(texts, vectors)
    seconds = time.perf_counter() - started
    return model, np.asarray(topics, dtype=np.int64), seconds


def _names(model: Any) -> list[str]:
    """BERTopic's names of the topics, the largest first, without the number in front: its four strongest words."""
    table = model.get_topic_info().query("Topic >= 0").sort_values("Topic")
    return [name.split("_", 1)[1].replace("_", " ") for name in table["Name"]]


if __name__ == "__main__":
    _inside(Path(sys.argv[1]))
