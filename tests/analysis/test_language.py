"""Languages: what the script, the words and py3langid say, and when nobody can say."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.text.language import detect_languages

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"


def language(text, declared=None):
    return detect_languages([text], [declared])[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("good", "en"),
        ("nice app", "en"),
        ("gud", "en"),
        ("Goooood!!!", "en"),
        ("Poor delevary", "en"),
        ("Can't log in", "en"),
        ("The card never arrived and nobody answers the phone", "en"),
        ("Worst app evr, doesnt even opn", "en"),
        ("bahut accha", "hi"),
        ("Bakwas hai", "hi"),
        ("mera order abhi tak nahi aaya, bahut kharab service hai", "hi"),
        ("बहुत अच्छा", "hi"),
        ("Die Lieferung kam viel zu spät und niemand hat sich gemeldet", "de"),
        ("La livraison est arrivée en retard et personne ne répond", "fr"),
        ("Muy mala aplicación, no sirve para nada y es muy lenta", "es"),
        ("좋은 앱입니다", "ko"),
        ("このアプリはとても便利です", "ja"),
        ("这个应用很好用", "zh"),
        ("Очень плохое приложение, не работает", "ru"),
        ("التطبيق ممتاز جدا", "ar"),
        ("நல்ல செயலி", "ta"),
    ],
)
def test_known_texts(text, expected):
    """Script, word lists and py3langid together name the language."""
    assert language(text) == expected


@pytest.mark.parametrize(
    "text", ["", "   ", "👍👍", "10/10", "???", ":)", "[email]", "https://example.org/en", "Xqzvw", "Vikash."]
)
def test_nobody_can_say(text):
    """Texts without letters, marks, addresses and unknown words are undecided."""
    assert language(text) == "und"


def test_short_texts_take_the_declared_language():
    """One or two words are of the declared language; longer texts and other scripts speak for themselves."""
    assert language("super", "de") == "de"
    assert language("sehr gut", "de-DE") == "de"
    assert language("good app", "EN_us") == "en"
    assert language("👍", "de") == "und"
    assert language("मस्त", "en") == "hi"
    assert language("The card never arrived and nobody answers", "de") == "en"


def test_nonsense_declarations_are_passed_over():
    """What is no ISO 639-1 code declares nothing."""
    assert language("nice app", "English") == language("nice app", "??") == language("nice app", "") == "en"


def test_order_and_length_are_kept():
    """One answer per text, in the order of the texts, repeated texts included; alone as among others."""
    texts = ["good", "bahut accha", "", "good", "Die Lieferung kam viel zu spät"]
    assert detect_languages(texts, [None] * 5) == ["en", "hi", "und", "en", "de"] == [language(text) for text in texts]
    assert detect_languages([], []) == []
    with pytest.raises(ValueError, match="zip"):
        detect_languages(["a"], [])


def test_english_reviews_are_english():
    """Of real reviews, almost all English, under 1 % of those with two words or more are called otherwise."""
    path = DATA / "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} of shared/data is not beside this checkout")
    texts = pd.read_csv(path)["content"].dropna().astype(str)
    texts = texts[texts.str.count("[A-Za-z]{2,}") > 1].tolist()
    found = detect_languages(texts, [None] * len(texts))
    assert sum(code != "en" for code in found) < 0.01 * len(texts)
