"""The customers: a fixed crowd, some of whom write more than once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from extractors.demo.company import COUNTRIES

__all__ = ["Customer", "make_customers"]

_FIRST = {
    "GB": "Olivia Amelia Margaret Jean Susan Karen Zara Aisha Chloe Hannah Rosie Grace Ruth Fiona Harry Oliver Jack "
    "George Arjun Imran Samuel Daniel Peter Graham Trevor Nigel Callum Ewan Rhys Owen Deepak Meera Sunita Kwame Femi",
    "IE": "Aoife Niamh Siobhan Ciara Roisin Cormac Declan Eoin Padraig Fergal Sinead Brendan",
    "DE": "Anke Birgit Heike Jutta Katrin Svenja Dieter Holger Jens Matthias Torsten Uwe",
    "FR": "Camille Delphine Elodie Manon Sylvie Benoit Gaspard Luc Thierry Yves",
    "ES": "Alba Carmen Lucia Marta Pilar Alvaro Diego Javier Pablo Sergio",
}
_LAST = {
    "GB": "Bennett Carver Dalton Ellery Fairclough Garside Holroyd Ingham Jessop Kirkby Lockwood Mather Naylor Ogden "
    "Pickard Quarmby Redfern Sykes Thackray Unsworth Varley Wadsworth Yardley Patel Khan Okafor Sharma Adeyemi Begum "
    "Lewis Morgan Price Sinclair Buchanan",
    "IE": "Brennan Doyle Flanagan Geraghty Hennessy Keane Lonergan Mulcahy Nolan Quigley",
    "DE": "Albrecht Brinkmann Dietrich Eberhardt Hofstetter Kessler Lindner Reinhardt Vogt Wegener",
    "FR": "Aubert Bonnet Chevalier Delmas Fournier Lacombe Marchand Perrin Rousselet Vasseur",
    "ES": "Aguilar Benitez Cabrera Dominguez Escudero Fuentes Navarro Quintana Salcedo Villar",
}
_DOMAINS = ("example.com", "example.org", "example.net", "mail.example", "post.example")
_HANDLES = "owl kettle maple rover pixel toast badger comet tulip walrus biscuit heron marble otter".split()


@dataclass(frozen=True, slots=True)
class Customer:
    """One person; `handle` is the name under which they review."""

    customer_id: str
    name: str
    email: str
    handle: str
    country: str
    device_os: str


def make_customers(rng: Random, n: int) -> list[Customer]:
    """`n` customers with ids, e-mail addresses and handles that are all different."""
    codes, weights = list(COUNTRIES), list(COUNTRIES.values())
    crowd = []
    for number in range(n):
        country = rng.choices(codes, weights)[0]
        first, last = rng.choice(_FIRST[country].split()), rng.choice(_LAST[country].split())
        crowd.append(
            Customer(
                customer_id=f"C{100_000 + number * 7}",
                name=f"{first} {last}",
                email=f"{_mailbox(first, last, rng)}{number}@{rng.choice(_DOMAINS)}",
                handle=_handle(first, last, number, rng),
                country=country,
                device_os=rng.choices(("iOS", "Android"), (46, 54))[0],
            )
        )
    return crowd


def _mailbox(first: str, last: str, rng: Random) -> str:
    forms = (f"{first}.{last}", f"{first[0]}{last}", f"{last}.{first}", f"{first}_{last}")
    return re.sub(r"[^a-z._]", "", rng.choice(forms).lower())


def _handle(first: str, last: str, number: int, rng: Random) -> str:
    forms = (f"{first} {last[0]}. {number}", f"{rng.choice(_HANDLES)}{number}", f"{first.lower()}{number}")
    return rng.choice(forms)
