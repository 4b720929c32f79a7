"""One flow run of `groundswell serve`: a process that ends with the one that started it, however that ends.

    python -m flows.flow_process FLOW_RUN_ID FLOW PARAMETERS

Flow and parameters come from `serve`, which has them from the settings, and not from Prefect's database: its API asks
nobody for a password, so what stands there could have been written by anyone who has an account on this machine.
"""

from __future__ import annotations

import json
import sys
from uuid import UUID

from flows.server_process import end_with_stdin

__all__ = ["run_flow_process"]


def run_flow_process(flow_run_id: str, flow: str, parameters: str) -> None:
    """Runs the flow as the flow run that Prefect has waiting; its end is in the state that Prefect then shows."""
    end_with_stdin()  # first: the imports take seconds
    from prefect.flow_engine import load_flow_run, run_flow

    from flows import schedules

    # Prefect's own switch for who has what parameters: the arguments, not the database.
    run = load_flow_run(UUID(flow_run_id))
    run_flow(getattr(schedules, flow), flow_run=run, parameters=json.loads(parameters), return_type="state")


if __name__ == "__main__":
    run_flow_process(*sys.argv[1:])
