"""All that a page says of contacts and how they were served, its comparisons judged together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analysis.findings.service.absent import service_absent, service_warnings, silent_agents
from analysis.findings.service.drivers import compare_drivers
from analysis.findings.service.levels import service_levels
from analysis.findings.service.volumes import contact_ratios, find_backlog, weekly_volumes
from analysis.scope.scope import Scope
from analysis.scope.service_options import ServiceOptions
from analysis.statistics.two_groups import FALSE_PICKS, pick
from groundswell.findings import Findings

__all__ = ["with_service"]

Floats = npt.NDArray[np.float64]


def with_service(scope: Scope, found: Findings, options: ServiceOptions) -> Findings:
    """The findings with their figures of contacts, with what is absent of them and why.

    A group that more contacts are of than before, and a theme whose contacts take longer, are marked where they hold
    after Benjamini-Hochberg over all of both, and among their own kind too (docs/methods.md, D5). Of what is marked one
    in twenty may be chance, and the intervals of what was picked are as much wider.
    """
    levels, drivers = service_levels(scope, options), compare_drivers(scope)
    changes = [level.change.p_value if level.change else None for level in levels]
    families = [np.array([np.nan if p is None else p for p in changes], dtype=np.float64), *drivers.p_values]
    picked = pick(families, FALSE_PICKS)
    of_levels, of_drivers = np.split(picked.holds, [len(levels)])
    found = replace(
        found,
        service_levels=tuple(
            replace(level, change=replace(level.change, significant=bool(held))) if level.change else level
            for level, held in zip(levels, of_levels, strict=True)
        ),
        service_drivers=tuple(drivers.told(of_drivers, picked.chance)),
        volumes=weekly_volumes(scope),
        backlog=tuple(find_backlog(scope)),
        contact_ratios=tuple(contact_ratios(scope, options)),
        warnings=(*found.warnings, *service_warnings(scope), *silent_agents(scope, levels, options)),
    )
    return replace(found, absent=(*found.absent, *service_absent(scope, found, options)))
