"""The project's key file: 32 random bytes in hex, readable by its owner only.

Whoever holds the key can test whether a known e-mail address or text is in the store; who loses it loses the link
between old and new records of one author.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from groundswell.errors import ConfigError

__all__ = ["default_key_path", "ensure_key", "load_key"]

_BYTES = 32


def default_key_path() -> Path:
    """Where `try` and `demo` keep their key: $GROUNDSWELL_KEY_FILE, else groundswell/key in the user's data folder."""
    if named := os.environ.get("GROUNDSWELL_KEY_FILE"):
        return Path(named).expanduser()
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "groundswell" / "key"


def load_key(path: Path | str) -> bytes:
    """The 32 bytes of the key file. Raises ConfigError when it is missing, readable by others or not a key."""
    path = Path(path)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            f"key file {path}: not found; copy it from your backup, or make a new one with `groundswell init`"
        ) from None
    except OSError as error:
        raise ConfigError(f"key file {path}: cannot be read ({error.strerror}); check its path and rights") from None
    if os.name == "posix" and mode & 0o077:
        raise ConfigError(
            f"key file {path}: others may read it (mode {mode:03o}); nothing was run; do: chmod 600 {path}"
        )
    return _parse_key(path, content)


def ensure_key(path: Path | str) -> bytes:
    """The key in `path`, made first where there is none; of two processes at once both get the same key.

    The parent folder is created (mode 700). Raises ConfigError like `load_key`, and where nothing can be written.
    """
    path = Path(path)
    if path.exists():
        return load_key(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process was faster: its key is the key
            _create(path, secrets.token_hex(_BYTES).encode() + b"\n")
    except OSError as error:
        raise ConfigError(
            f"key file {path}: cannot be made ({error.strerror}); name another one in GROUNDSWELL_KEY_FILE"
        ) from None
    return load_key(path)


def _create(path: Path, content: bytes) -> None:
    """Write a whole file or none, and never over another: under a name of its own, then linked to its place."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if path.exists():
                raise FileExistsError(path) from None
            os.rename(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _parse_key(path: Path, content: bytes) -> bytes:
    try:
        key = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise ConfigError(
            f"key file {path}: holds {len(content)} bytes that are not a key (64 hexadecimal digits); restore it from "
            "your backup: with a new key every stored record would come in once more"
        )
    return key
