"""What a reader of a binary format gives, and how its library's failures become messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from groundswell.errors import SourceError

__all__ = ["MEMORY", "Content", "guarded", "limit_memory"]

MEMORY = 4 * 2**30  # bytes of address space: a full sheet of 20 columns needs some 2 GiB
FREE_MEMORY = 512 * 2**20
PER_BYTE = 16  # a cell takes 25 bytes of XML and more, and some 70 of memory, or 300 where three of four are empty


@dataclass(frozen=True, slots=True)
class Content:
    """A table of text: the header's cells as they are, `form` and `note` for the user, and the rows.

    Every row has a cell for each cell of the header.
    """

    header: list[str]
    form: str
    note: str
    rows: Iterator[list[str]]


def limit_memory(size: int, *, free: int = FREE_MEMORY) -> None:
    """Lets this process have so much memory as a table of `size` bytes may need, where the system can (Linux).

    A library asks for a cell in every place between the first cell and the last: two cells in opposite corners of a
    sheet would take 550 GB.
    """
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = min(MEMORY, free + PER_BYTE * size)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(OSError, ValueError):  # a system that knows the limit and does not keep it
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


@contextmanager
def guarded(message: str) -> Iterator[None]:
    """Turns what a library of native code raises into SourceError(message), but for a password that is wanted.

    The library's own words are left out: they may quote a cell.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, OSError, SourceError):
        raise
    except BaseException as error:  # a panic of Rust code is no Exception
        if type(error).__name__ == "PasswordError":
            raise
        raise SourceError(message) from None
