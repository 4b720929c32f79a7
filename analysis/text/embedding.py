"""Texts to vectors: all-MiniLM-L6-v2 in 8 bits under ONNX Runtime.

Law 4: a vector depends on its text alone. The bytes are equal whether a text is embedded alone, in another order,
among others, and with any number of threads (on one type of processor).
"""

from __future__ import annotations

import os
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.text.encoder import BUILDER, MAX_TOKENS, WIDTH, load_encoder, model_folder
from groundswell.errors import ModelError

__all__ = ["MODEL", "Embedder", "embed_cached", "shared_embedder", "text_key"]

MODEL = f"all-MiniLM-L6-v2/int8-{BUILDER}"  # stored with the vectors: another name, other vectors

_ROWS = 512  # tokens per call: more leaves the processor's cache, fewer pays the call too often
_CHUNK = 8192  # texts that are tokenised while the chunk before is embedded
_STORED = np.dtype("<f2")

_Vectors = NDArray[np.float32]
_Batch = tuple[list[int], NDArray[np.int64]]  # positions of texts of equal length, and their tokens [texts, tokens]


class Embedder:
    """Embeds texts; loads the model on first use. May be shared by threads.

    `threads` is the number of texts' batches embedded at once, by default one for each processor we may use.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads or _processors()
        self._lock = threading.Lock()
        self._session: Any = None
        self._tokenizer: Any = None

    def embed(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> _Vectors:
        """One row of length 1 for each text, [texts, 384], rounded to float16 (kept as float32).

        The rounding makes a fresh vector equal, bit for bit, to one that was stored as float16. Only the first 256
        tokens of a text count. An empty text has a vector too, without meaning. Identical texts are embedded once.
        `progress` is called with the number of further texts that are done; the numbers add up to len(texts).
        Raises ModelError where the model cannot be had.
        """
        copies = Counter(texts)
        # Longest first: texts of equal length meet in one chunk, and the short ones at the end keep all threads busy.
        distinct = sorted(copies, key=len, reverse=True)
        vectors = np.empty((len(distinct), WIDTH), np.float32)
        if distinct:
            self._load()
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                for done in self._finished(distinct, vectors, pool):
                    if progress is not None:
                        progress(sum(copies[distinct[i]] for i in done))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        position = {text: i for i, text in enumerate(distinct)}
        return vectors[[position[text] for text in texts]]

    def _load(self) -> None:
        """Model and tokenizer, once."""
        with self._lock:
            if self._session is None:
                self._tokenizer = _load_tokenizer()
                self._session = _open_session(load_encoder())

    def _finished(self, texts: list[str], vectors: _Vectors, pool: ThreadPoolExecutor) -> Iterator[list[int]]:
        """Fills `vectors`; yields the positions of each batch that is done."""

        def embed_batch(batch: _Batch) -> list[int]:
            positions, tokens = batch
            fresh = self._session.run(None, {"ids": tokens})[0]
            vectors[positions] = fresh.astype(np.float16)
            return positions

        running: list[Future[list[int]]] = []
        for start in range(0, len(texts), _CHUNK):
            batches = self._batches(texts[start : start + _CHUNK], start)
            yield from (future.result() for future in as_completed(running))
            running = [pool.submit(embed_batch, batch) for batch in batches]
        yield from (future.result() for future in as_completed(running))

    def _batches(self, texts: list[str], first: int) -> list[_Batch]:
        """The texts in batches of exactly equal token count, unpadded, longest first; positions count from `first`."""
        # One `encode` each: `encode_batch` starts threads of its own and then warns in every forked process.
        by_length: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for position, text in enumerate(texts, first):
            ids = self._tokenizer.encode(_encodable(text)).ids
            by_length[len(ids)].append((position, ids))
        batches: list[_Batch] = []
        for length, members in sorted(by_length.items(), reverse=True):
            size = max(1, _ROWS // length)
            for start in range(0, len(members), size):
                part = members[start : start + size]
                batches.append(([i for i, _ in part], np.array([ids for _, ids in part], np.int64)))
        return batches


@lru_cache(maxsize=1)
def shared_embedder() -> Embedder:
    """The embedder of all steps of this process: reading the model takes as long as embedding a hundred texts."""
    return Embedder()


def text_key(text: str) -> str:
    """The key under which a text's vector is stored: the sha256 of the text, in hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def embed_cached(
    texts: Sequence[str],
    known: Mapping[str, bytes],
    embedder: Embedder,
    *,
    progress: Callable[[int], None] | None = None,
) -> tuple[_Vectors, dict[str, bytes]]:
    """Vectors of all texts, [texts, 384], and those that were not in `known`: text_key -> float16 bytes, to be stored.

    The same to the bit as `embedder.embed(texts)`, and `progress` as there. A stored value that has not a vector's
    length is embedded again.
    """
    size = WIDTH * _STORED.itemsize
    keys = {text: text_key(text) for text in dict.fromkeys(texts)}
    unknown = {text for text, key in keys.items() if len(known.get(key, b"")) != size}
    missing = [text for text in texts if text in unknown]
    if progress is not None and len(missing) < len(texts):
        progress(len(texts) - len(missing))
    vectors = embedder.embed(missing, progress=progress).astype(_STORED)
    new = {keys[text]: vector.tobytes() for text, vector in zip(missing, vectors, strict=True)}
    stored = b"".join(new[keys[text]] if text in unknown else known[keys[text]] for text in texts)
    return np.frombuffer(stored, _STORED).reshape(len(texts), WIDTH).astype(np.float32), new


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _encodable(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced: the tokenizer refuses them."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _load_tokenizer() -> Any:
    from tokenizers import Tokenizer

    path = model_folder() / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_str(path.read_text("utf-8"))
    except Exception as error:  # the library raises bare Exception for a file that it does not understand
        raise ModelError(f"the embedding model's tokenizer cannot be read: {path}: {error}") from error
    tokenizer.no_padding()  # the file pads everything to 128 tokens
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _open_session(model: bytes) -> Any:
    """A session whose calls run in the caller's thread, one after another or side by side."""
    # Read when the library is loaded. Its Linux wheels report to Microsoft unless told not to, and
    # disable_telemetry_events() comes too late to keep a device id from being written.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the threads are ours: dividing one small product costs more than it gains
    options.inter_op_num_threads = 1
    # What runs is what encoder.py wrote: what the optimiser rewrites changes between releases, and with it the last
    # bits of a vector. Its levels made no difference in speed that we could tell from noise.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
