"""Which files of a source were read before: its cursor, looked up by name and time, and by content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from extractors.base import Cursor
from extractors.decode import FileFacts
from extractors.folders import FoundFile

__all__ = ["KnownFiles"]

HASH_DIGITS = 32  # of sha256: enough to know a file again, and the cursor is saved with every page


class KnownFiles:
    """A source's cursor at work: {"files": {name: {sha256, mapping, id, size, modified}}, "entries": [...]}.

    A file is known when it was read to its end under this `version` of the mapping; one that was read in part has
    `rows` as well and counts as not read. Nothing of an entry is a customer's word.
    """

    def __init__(self, state: Cursor, version: str, id_column: str | None) -> None:
        self._version, self._id = version, id_column or ""
        self._files: dict[str, Mapping[str, Any]] = dict(_files_of(state))
        entries = state.get("entries")
        self.entries = frozenset(map(str, entries)) if isinstance(entries, list) else frozenset()
        self._contents = {str(entry["sha256"]): name for name, entry in self._files.items() if self._is_read(entry)}

    def is_unchanged(self, file: FoundFile) -> bool:
        """Whether the file was read to its end and has had the same size and time ever since."""
        entry = self._files.get(file.name)
        if entry is None or not self._is_read(entry):
            return False
        return (entry.get("size"), entry.get("modified")) == (file.size, file.modified_ns)

    def same_content(self, name: str, facts: FileFacts) -> str | None:
        """The name under which this very content was read before, this one before others; None where it was not."""
        digits = facts.sha256[:HASH_DIGITS]
        own = self._files.get(name)
        return name if own and own["sha256"] == digits and self._is_read(own) else self._contents.get(digits)

    def add(self, name: str, facts: FileFacts, *, rows: int | None = None) -> None:
        """Notes that the file was read to its end, or only that many `rows` of it."""
        digits = facts.sha256[:HASH_DIGITS]
        entry = {
            "sha256": digits,
            "mapping": self._version,
            "id": self._id,
            "size": facts.size,
            "modified": facts.modified_ns,
        }
        self._files[name] = entry if rows is None else {**entry, "rows": rows}
        if rows is None:
            self._contents.setdefault(digits, name)
            self._files.pop("", None)  # the nameless file of version 0.1 has come back under a name

    def read_otherwise(self) -> str | None:
        """A file whose records had other ids than they would have now, None where there is none: it was read under
        another version of the mapping, and ids are made from all of it, or came from another column."""
        for name, entry in sorted(self._files.items()):
            if entry.get("mapping") != self._version and (not self._id or entry.get("id", self._id) != self._id):
                return name
        return None

    def add_entries(self, entries: Iterable[str]) -> None:
        """Notes the entries of the settings that led to a file."""
        self.entries |= set(entries)

    def cursor(self) -> Cursor:
        """What is stored beside the page just read."""
        return {"files": dict(self._files), "entries": sorted(self.entries)}

    def _is_read(self, entry: Mapping[str, Any]) -> bool:
        return entry.get("mapping") == self._version and "rows" not in entry


def _files_of(state: Cursor) -> dict[str, Mapping[str, Any]]:
    """The entries of a cursor; a part that is not of the known form counts as never read, which costs time only."""
    if "files" not in state and state.get("complete"):  # version 0.1 kept one file without its name
        state = {"files": {"": {"sha256": str(state.get("sha256"))[:HASH_DIGITS], "mapping": state.get("mapping")}}}
    files = state.get("files")
    if not isinstance(files, Mapping):
        return {}
    return {str(name): entry for name, entry in files.items() if isinstance(entry, Mapping) and "sha256" in entry}
