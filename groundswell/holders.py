"""Which process holds a piece of work, and whether it still lives.

A process is known by its number and its start: numbers are given out again. Both mean something only on one machine,
since one boot, within one process namespace (a container has its own). Where the system does not tell all of that
(/proc of Linux does), nothing is concluded from a number.
"""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Holder", "is_running", "this_process"]

_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Holder:
    """A process, as it is written beside what it holds."""

    host: str
    machine: str  # the boot and the process namespace; "" where the system does not tell them
    pid: int
    process_started: int | None  # clock ticks since the boot; None where unknown

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"

    @property
    def is_here(self) -> bool:
        """True when this process runs on the same machine, since the same boot, among the same processes."""
        here = this_process()
        return bool(self.machine) and (self.host, self.machine) == (here.host, here.machine)

    @property
    def is_dead(self) -> bool:
        """True when it is certain that the process has ended; False on another machine, where nobody can know."""
        if not self.is_here or self.process_started is None:
            return False
        try:
            started = _started(self.pid)
        except (FileNotFoundError, ProcessLookupError):
            return not is_running(self.pid)  # /proc may hide the processes of other users
        except OSError:
            return False
        return started != self.process_started

    @property
    def is_gone(self) -> bool:
        """True for a dead process, and for one of an earlier boot of a machine with this one's name."""
        here = this_process()
        rebooted = bool(self.machine) and bool(here.machine) and self.machine.split()[0] != here.machine.split()[0]
        return self.is_dead or (self.host == here.host and rebooted)


def this_process() -> Holder:
    """The process that asks."""
    pid, machine, started = os.getpid(), "", None
    with suppress(OSError):
        machine = f"{_BOOT.read_text('ascii').strip()} {os.readlink('/proc/self/ns/pid')}"
        started = _started(pid)
    return Holder(platform.node(), machine, pid, started)


def _started(pid: int) -> int | None:
    """When the process started, in clock ticks since the boot; None when it has ended and only waits for its parent."""
    # proc(5): the name stands in brackets and may hold anything; the state is field 3, the start field 22.
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def is_running(pid: int) -> bool:
    """Whether a process of this machine has that number; True as well where the system cannot be asked."""
    if os.name != "posix":
        return True  # there os.kill would end it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is there, and another user's; or no number of a process
        return True
    return True
