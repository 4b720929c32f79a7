"""Weekly author counts of steady themes, for the tests of alerts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["steady_counts"]

Ints = npt.NDArray[np.int64]


def steady_counts(mean: float, *, themes: int = 8, weeks: int = 40, seed: int = 0) -> tuple[Ints, Ints]:
    """counts (themes, 1, weeks) about `mean` and exposure (1, weeks) of 200 authors a week.

    Each theme has the same numbers in another order: none stands out, whatever the seed.
    """
    rng = np.random.default_rng(seed)
    levels = np.round(mean + np.sqrt(mean) * np.linspace(-1.4, 1.4, weeks)).clip(0).astype(np.int64)
    counts = np.stack([rng.permutation(levels) for _ in range(themes)])[:, None]
    counts[..., -1] = round(mean)
    return counts, np.full((1, weeks), 200, dtype=np.int64)
