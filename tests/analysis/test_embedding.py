"""Vectors: law 4 (a vector depends on its text alone), closeness to full precision, the cache's keys and bytes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from analysis.text import embedding, encoder
from analysis.text.embedding import MODEL, Embedder, embed_cached, text_key
from analysis.text.encoder import WIDTH, build_encoder, load_weights, model_folder

THINGS = "the card|my parcel|your app|the refund|an invoice|the driver|this hotline|the blue dress|their website".split(
    "|"
)
EVENTS = "never arrived|came two weeks late|was charged twice|stopped working|fits perfectly|was a joy to use".split(
    "|"
)
TAILS = "|and nobody answers|since the last update|although I paid for express delivery 😡|, thank you!|in Köln".split(
    "|"
)


def made_up_texts(n: int, seed: int = 7) -> list[str]:
    """`n` different texts of 4 to some 60 words."""
    rng = random.Random(seed)
    texts: dict[str, None] = {}
    while len(texts) < n:
        parts = rng.choice((1, 1, 1, 1, 2, 5))
        words = (
            f"{rng.choice(THINGS)} {rng.choice(EVENTS)} {rng.choice(TAILS)} {rng.randrange(90)}" for _ in range(parts)
        )
        texts[". ".join(words)] = None
    return list(texts)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """An embedder of two threads."""
    return Embedder(threads=2)


@pytest.mark.parametrize("n", [200, pytest.param(500, marks=pytest.mark.soak)])
def test_a_vector_depends_on_its_text_alone(embedder: Embedder, n: int) -> None:
    """Texts alone, shuffled, among others and with one or two threads: the same bytes (law 4)."""
    texts = made_up_texts(n)
    together = embedder.embed(texts)
    order = np.random.default_rng(3).permutation(len(texts))
    shuffled = embedder.embed([texts[i] for i in order])
    others = made_up_texts(300, seed=8)
    among = embedder.embed(others[:150] + texts + others[150:])[150 : 150 + n]
    alone = np.vstack([embedder.embed([text]) for text in texts])
    one_thread = Embedder(threads=1).embed(texts)
    assert together.tobytes() == alone.tobytes() == among.tobytes() == one_thread.tobytes()
    assert together[order].tobytes() == shuffled.tobytes()


def test_long_texts_depend_on_themselves_alone(embedder: Embedder) -> None:
    """The same for texts of up to 256 tokens, beyond which nothing counts."""
    texts = [" ".join(["late parcel"] * n + [word]) for n in (40, 100, 127, 400) for word in ("again", "today", "here")]
    together = embedder.embed(texts)
    assert together.tobytes() == np.vstack([embedder.embed([text]) for text in texts]).tobytes()
    assert together[-1].tobytes() == together[-2].tobytes()
    assert together[0].tobytes() != together[1].tobytes()


def test_vectors_stay_close_to_full_precision(embedder: Embedder) -> None:
    """Mean cosine to the fp32 graph of the same weights is at least .99, and no text is below .95."""
    texts = made_up_texts(150, seed=9)
    exact = Embedder(threads=2)
    exact._load()
    exact._session = embedding._open_session(build_encoder(load_weights(model_folder()), int8=False))
    cosines = (embedder.embed(texts) * exact.embed(texts)).sum(axis=1)
    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.95


def test_similar_sentences_are_closer_than_others(embedder: Embedder) -> None:
    """What means the same lies closer than what shares words only."""
    pairs = [
        ("My card has still not arrived", "I am waiting for the bank card", "My card was charged twice"),
        ("The app crashes on start", "Your application closes itself when opened", "The app looks lovely"),
        ("I want my money back", "Please refund me", "I got great value for my money"),
    ]
    for text, same, other in pairs:
        a, b, c = embedder.embed([text, same, other])
        assert a @ b > a @ c, (text, same, other)


def test_rows_are_unit_vectors_as_float16_keeps_them(embedder: Embedder) -> None:
    """Rows are float32, of length 1 to float16's precision, and unchanged by a trip through float16."""
    vectors = embedder.embed(made_up_texts(50))
    assert vectors.shape == (50, WIDTH) and vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-3
    assert np.array_equal(vectors.astype(np.float16).astype(np.float32), vectors)


def test_odd_texts_have_vectors(embedder: Embedder) -> None:
    """Empty, NUL, lone surrogates, emoji, one endless word: finite vectors, no error."""
    odd = ["", " ", "a\x00b", "\x00", "bad \ud83d half", "\udc00", "😀😀", "x" * 20_000, "\ufeffhello", "नमस्ते"]
    vectors = embedder.embed(odd)
    assert np.isfinite(vectors).all()
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-3


def test_a_surrogate_pair_is_the_character_it_stands_for() -> None:
    """Two surrogates that belong together are read as one character; a lone one is replaced."""
    assert embedding._encodable("ok \ud83d\ude00 ü") == "ok 😀 ü"
    assert embedding._encodable("\ufeffok \ud83d ü") == "\ufeffok \ufffd ü"


def test_no_texts_give_no_rows() -> None:
    """An empty list gives an empty matrix of the right width, without loading the model."""
    embedder = Embedder(threads=1)
    assert embedder.embed([]).shape == (0, WIDTH)
    assert embedder._session is None


def test_identical_texts_are_embedded_once(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of a text cost nothing and get its vector; progress still counts every one."""
    seen: list[int] = []
    batches = Embedder._batches

    def counted(self: Embedder, texts: list[str], first: int) -> list[embedding._Batch]:
        seen.append(len(texts))
        return batches(self, texts, first)

    monkeypatch.setattr(Embedder, "_batches", counted)
    done: list[int] = []
    vectors = embedder.embed(["late", "never came", "late", "late"], progress=done.append)
    assert seen == [2] and sum(done) == 4
    assert vectors[0].tobytes() == vectors[2].tobytes() == vectors[3].tobytes() != vectors[1].tobytes()


def test_more_texts_than_one_chunk(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts beyond one chunk keep their places, and progress adds up."""
    texts = made_up_texts(120)
    expected = embedder.embed(texts)
    monkeypatch.setattr(embedding, "_CHUNK", 50)
    done: list[int] = []
    assert embedder.embed(texts, progress=done.append).tobytes() == expected.tobytes()
    assert sum(done) == 120


def test_an_error_in_progress_ends_the_work(embedder: Embedder) -> None:
    """An exception of the caller's progress function comes through, and the embedder still works."""

    def stop(n: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embedder.embed(made_up_texts(200), progress=stop)
    assert len(embedder.embed(["again"])) == 1


def test_threads_may_share_an_embedder() -> None:
    """A fresh embedder used by three threads at once gives each the right rows."""
    embedder = Embedder(threads=2)
    texts = made_up_texts(60)
    results: dict[int, bytes] = {}

    def work(i: int) -> None:
        results[i] = embedder.embed(texts[i * 20 : i * 20 + 20]).tobytes()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert b"".join(results[i] for i in range(3)) == embedder.embed(texts).tobytes()


def test_cached_vectors_equal_fresh_ones(embedder: Embedder) -> None:
    """Known or new, in any mixture, the rows are the same to the bit, and only new keys are handed back."""
    texts = made_up_texts(40)
    fresh, stored = embed_cached(texts[:30], {}, embedder)
    assert set(stored) == {text_key(text) for text in texts[:30]}
    assert fresh.tobytes() == embedder.embed(texts[:30]).tobytes()
    done: list[int] = []
    mixed = [*texts[::-1], texts[0], texts[39]]
    vectors, new = embed_cached(mixed, stored, embedder, progress=done.append)
    assert set(new) == {text_key(text) for text in texts[30:]}
    assert vectors.tobytes() == embedder.embed(mixed).tobytes()
    assert sum(done) == len(mixed)


def test_a_damaged_stored_vector_is_embedded_again(embedder: Embedder) -> None:
    """A stored value of the wrong length is replaced, not used."""
    text = "the parcel never came"
    vectors, new = embed_cached([text], {text_key(text): b"short"}, embedder)
    assert new == {text_key(text): vectors.astype("<f2").tobytes()}
    assert vectors.tobytes() == embedder.embed([text]).tobytes()


def test_nothing_to_embed(embedder: Embedder) -> None:
    """No texts: no rows, nothing to store."""
    vectors, new = embed_cached([], {}, embedder)
    assert vectors.shape == (0, WIDTH) and new == {}


def test_keys_and_model_name() -> None:
    """A key is the text's sha256, also for a text that is not valid Unicode; the model's name holds its version."""
    assert text_key("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert len({text_key(text) for text in ("a", "a ", "A", "\ud83d", "a\x00")}) == 5
    assert MODEL == "all-MiniLM-L6-v2/int8-1"


def test_the_library_behind_reports_to_nobody(tmp_path: Path) -> None:
    """ONNX Runtime writes no device id and no queue of events, as its Linux wheels do before they send them."""
    places = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "TMPDIR"), str(tmp_path))
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    model = str(encoder._cache_directory())
    code = "from analysis.text.embedding import Embedder; Embedder(threads=1).embed(['hello'])"
    subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, **places, "GROUNDSWELL_CACHE": model},
        cwd=Path(__file__).resolve().parents[2],
        check=True,
    )
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
