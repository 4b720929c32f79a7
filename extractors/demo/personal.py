"""Personal data as customers leave it in their texts; every item is invented, and its check digits are right."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from extractors.demo.people import Customer

__all__ = ["PersonalItem", "add_personal", "card_number", "iban"]

_SENTENCES = {
    "email": (
        "You can reach me at {}.", "My e-mail is {}.", "Please answer to {} instead.", "Write to {}, please.",
        "The account is under {}.",
    ),
    "phone": (
        "My number is {}.", "Please call me on {}.", "You can ring me on {} after six.", "Tel. {}.",
        "My mobile is {} if that helps.",
    ),
    "iban": ("Please send it to {}.", "My IBAN is {}.", "The account is {}."),
    "card": ("The card is {}.", "I paid with card {}.", "It was taken from my card {}."),
    "customer_name": ("Regards, {}.", "Kind regards, {}.", "My name is {}.", "{} here, by the way.", "Thanks, {}."),
    "agent_name": (
        "I spoke to {} last time.", "{} said somebody would call me.", "Last time I had {} on the line.",
        "{} knows about the case.",
    ),
}  # fmt: skip
# Sign-offs go last, so that nothing follows "Regards, ...".
_ODDS = {
    "survey": {"email": 0.006, "phone": 0.006},
    "review": {"email": 0.006, "phone": 0.003},
    "ticket": {
        "email": 0.03, "phone": 0.045, "iban": 0.012, "card": 0.01, "agent_name": 0.03, "customer_name": 0.07,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonalItem:
    """One planted piece of personal data; `text` must not be found in anything that Groundswell stores or sends."""

    record_id: str
    kind: str  # email | phone | iban | card | customer_name | agent_name
    text: str


def add_personal(
    text: str, source: str, record_id: str, customer: Customer, agent: str, rng: Random
) -> tuple[str, list[PersonalItem]]:
    """The text with, now and then, a sentence that gives somebody away, and what was added."""
    items = []
    for kind, odds in _ODDS[source].items():
        if rng.random() >= odds:
            continue
        value = _value(kind, customer, agent, rng)
        text = f"{text} {rng.choice(_SENTENCES[kind]).format(value)}"
        items.append(PersonalItem(record_id, kind, value))
    return text, items


def _value(kind: str, customer: Customer, agent: str, rng: Random) -> str:
    if kind == "email":
        return customer.email
    if kind == "phone":
        return _phone(customer.country, rng)
    if kind == "iban":
        return iban("DE" if customer.country == "DE" else "GB", rng)
    if kind == "card":
        return card_number(rng)
    return customer.name if kind == "customer_name" else agent


def _phone(country: str, rng: Random) -> str:
    """A number from the ranges that British, German and French regulators keep for films and books."""
    if country == "DE":
        return f"+49 30 23125 {rng.randint(0, 999):03d}"
    if country == "FR":
        return f"+33 1 99 00 {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}"
    three = rng.randint(0, 999)
    forms = (
        f"020 7946 0{three:03d}", f"0113 496 0{three:03d}", f"+44 161 496 0{three:03d}", f"07700 900{three:03d}",
        f"07700900{three:03d}", f"+44 20 7946 0{three:03d}",
    )  # fmt: skip
    return rng.choice(forms)


def iban(country: str, rng: Random) -> str:
    """An IBAN of a bank that does not exist, with the check digits of ISO 13616 (mod 97)."""
    if country == "DE":
        body = f"99999999{rng.randint(0, 9_999_999_999):010d}"
    else:
        body = f"LUMB999999{rng.randint(0, 99_999_999):08d}"
    digits = "".join(str(int(char, 36)) for char in f"{body}{country}00")
    whole = f"{country}{98 - int(digits) % 97:02d}{body}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4)) if rng.random() < 0.6 else whole


def card_number(rng: Random) -> str:
    """A 16-digit card number that passes the Luhn check."""
    digits = [int(char) for char in rng.choice(("400000", "555555")) + f"{rng.randint(0, 999_999_999):09d}"]
    doubled = [sum(divmod(2 * digit, 10)) if at % 2 == 0 else digit for at, digit in enumerate(digits)]
    number = "".join(map(str, digits)) + str(-sum(doubled) % 10)
    return " ".join(number[at : at + 4] for at in range(0, 16, 4)) if rng.random() < 0.7 else number
