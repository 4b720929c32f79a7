"""Recall and false alarms of the redaction rules on made-up items; run with `python -m benchmarks.privacy`.

Prints, per type, the share of 3,000 personal items that are fully marked, the share of 5,000 harmless numbers (orders,
versions, prices, dates, times, tracking) that are marked, and the seconds for 100,000 short texts. Numbers come from
the numbering plans as written down here, not from the library that finds them.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

from groundswell.privacy import redact

SEED = 20_261_118

# Country code, national formats of 20 countries; "n" is any digit, "N" one of 2-9.
PLANS = {
    "US": ("1", ["(212) Nnn-nnnn", "415-Nnn-nnnn", "646.Nnn.nnnn", "312 Nnn nnnn", "713Nnnnnnn"]),
    "GB": ("44", ["07911 nnnnnn", "020 7Nnn nnnn", "0161 496 nnnn", "0784 2nn nnnn", "07788nnnnnn"]),
    "IN": ("91", ["98nnn nnnnn", "99nnnnnnnn", "97nnn-nnnnn", "022 2Nnn nnnn"]),
    "DE": ("49", ["0151 2nnnnnnn", "030 4nnnnnnn", "0171/4nnnnnn", "089 3nnnnnn"]),
    "FR": ("33", ["06 1n nn nn nn", "01 42 nn nn nn", "07.81.nn.nn.nn", "061nnnnnnn"]),
    "ES": ("34", ["612 nnn nnn", "91 5nn nn nn"]),
    "IT": ("39", ["347 nnnnnnn", "02 48nnnnnn"]),
    "NL": ("31", ["06 2nnnnnnn", "020 6nnnnnn"]),
    "BE": ("32", ["0471 nn nn nn"]),
    "CH": ("41", ["079 3nn nn nn"]),
    "AT": ("43", ["0664 3nnnnnn"]),
    "SE": ("46", ["070 3nn nn nn"]),
    "PL": ("48", ["501 nnn nnn"]),
    "IE": ("353", ["087 2nn nnnn"]),
    "PT": ("351", ["91n nnn nnn"]),
    "AU": ("61", ["0412 nnn nnn"]),
    "BR": ("55", ["11 9Nnnn-nnnn"]),
    "MX": ("52", ["55 5Nnn nnnn"]),
    "JP": ("81", ["090-3nnn-nnnn"]),
    "ZA": ("27", ["082 4nn nnnn"]),
}
NATIONAL = ("US", "GB", "IN", "DE", "FR")
PERSONAL_FRAMES = [
    "please call {} tomorrow", "my details: {}", "{}", "Still waiting, {} is where you reach me.", "contact ({}) asap",
    "It is {}, thanks", "I gave you {} twice already!", "sent from {}\nand nothing came", "hi,{}.", "Tel/mail: {};",
    "why did {} get lost?", "<{}>", '"{}"', "user:{}", "no {} no", "*{}*",
]  # fmt: skip
HARMLESS_FRAMES = ["{}", "Where is it? {}", "{} - still nothing", "I told your agent: {}. No help.", "ok ({})"]
IBANS = {
    "DE": "n" * 18,
    "FR": "n" * 10 + "A" * 2 + "n" * 11,
    "GB": "AAAA" + "n" * 14,
    "ES": "n" * 20,
    "NL": "AAAA" + "n" * 10,
    "IT": "A" + "n" * 22,
    "AT": "n" * 16,
    "CH": "n" * 17,
    "PL": "n" * 24,
    "SE": "n" * 20,
}
FIRST = ["jane", "omar", "li", "sofía", "pat", "nils", "amara", "jean-luc", "oda", "wei"]
LAST = ["doe", "haddad", "garcía", "okafor", "smith", "berg", "novák", "tanaka", "o.brien", "rossi"]
DOMAINS = ["example.com", "mail.example.co.uk", "post.example.de", "example.in", "my-shop.example.org", "ex.io"]


def fill(pattern: str, rng: random.Random) -> str:
    letters = {"n": "0123456789", "N": "23456789", "A": "ABCDEFGHJKLMNPRSTUVWXYZ"}
    return "".join(rng.choice(letters[c]) if c in letters else c for c in pattern)


def email(rng: random.Random) -> str:
    local = rng.choice(["{f}.{l}", "{f}_{l}{n}", "{f}{n}", "{f}+{l}", "{l}-{f}"])
    local = local.format(f=rng.choice(FIRST), l=rng.choice(LAST), n=rng.randrange(100))
    address = f"{local}@{rng.choice(DOMAINS)}"
    shape = rng.random()
    if shape < 0.05:
        return address.upper()
    return address.replace("@", " (at) ") if shape < 0.1 else address


def phone_international(rng: random.Random) -> str:
    code, formats = PLANS[rng.choice(list(PLANS))]
    national = fill(rng.choice(formats), rng)
    trunk = national.lstrip("(") if code in ("1", "39") else re.sub(r"^\(?0", "", national)
    trunk = re.sub(r"[()]", "", trunk)
    return rng.choice(["+", "+", "+", "00"]) + code + rng.choice([" ", " ", "-", ""]) + trunk


def phone_national(rng: random.Random) -> str:
    return fill(rng.choice(PLANS[rng.choice(NATIONAL)][1]), rng)


def card(rng: random.Random) -> str:
    prefix, length = rng.choice(
        [("4", 16), ("52", 16), ("2221", 16), ("37", 15), ("6011", 16), ("3530", 16), ("36", 14)]
    )
    body = prefix + "".join(rng.choice("0123456789") for _ in range(length - len(prefix) - 1))
    total = sum(sum(divmod(2 * int(d), 10)) if i % 2 == 0 else int(d) for i, d in enumerate(reversed(body)))
    digits = body + str(-total % 10)
    gap = rng.choice(["", " ", " ", "-"])
    return gap.join([digits[:4], digits[4:10], digits[10:]] if length < 16 else re.findall("....", digits))


def iban(rng: random.Random) -> str:
    country = rng.choice(list(IBANS))
    body = fill(IBANS[country], rng)
    check = 98 - int("".join(str(int(c, 36)) for c in f"{body}{country}00")) % 97
    plain = f"{country}{check:02d}{body}"
    return rng.choice(
        [plain, plain.lower(), " ".join(re.findall(".{1,4}", plain)), " ".join(re.findall(".{1,4}", plain))]
    )


def ip(rng: random.Random) -> str:
    if rng.random() < 0.7:
        return ".".join(str(rng.randrange(256)) for _ in range(4))
    groups = [f"{rng.randrange(65536):x}" for _ in range(8)]
    return ":".join(groups) if rng.random() < 0.5 else ":".join(groups[:3]) + "::" + ":".join(groups[6:])


def national_id(rng: random.Random) -> str:
    kind = rng.randrange(5)
    if kind == 0:
        return f"{rng.randrange(1, 666):03d}-{rng.randrange(1, 100):02d}-{rng.randrange(1, 10000):04d}"
    if kind == 1:
        return f"AB {fill('nn nn nn', rng)} C"
    if kind == 2:
        number = rng.randrange(10**8)
        return f"{number:08d}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"
    if kind == 3:
        return fill("AAA", rng) + "P" + fill("AnnnnA", rng)
    number = rng.choice("12") + f"{rng.randrange(100):02d}{rng.randrange(1, 13):02d}" + fill("nnnnnnnn", rng)
    return f"{number}{97 - int(number) % 97:02d}"


def handle(rng: random.Random) -> str:
    return "@" + rng.choice(
        [f"{rng.choice(FIRST)}_{rng.randrange(99)}".replace("-", ""), str(rng.randrange(10**4, 10**6))]
    )


def link(rng: random.Random) -> str:
    return f"?{rng.choice(['token', 'email', 'q'])}={fill('AnnAAnnn', rng)}&u={rng.choice(FIRST)}"


PERSONAL: dict[str, tuple[Callable[[random.Random], str], int]] = {
    "e-mail": (email, 450),
    "phone, international": (phone_international, 500),
    "phone, national": (phone_national, 450),
    "card": (card, 400),
    "iban": (iban, 400),
    "ip": (ip, 300),
    "national id": (national_id, 250),
    "handle": (handle, 150),
    "link query": (link, 100),
}


def order_number(rng: random.Random) -> str:
    digits = fill("n" * rng.choice([6, 7, 8, 9, 10, 10, 11, 12]), rng)
    return rng.choice(
        ["order {}", "Order no. {}", "order #{}", "#{}", "order number is {}", "my order id: {}", "ref {}", "ticket {}",
         "invoice no {}", "case number {}", "{} is my order number", "OD{}", "INV-{}", "booking ref {}", "orders {}"]
    ).format(digits)  # fmt: skip


def bare_order(rng: random.Random) -> str:
    return fill("n" * rng.choice([6, 8, 9, 10, 12]), rng) + " never arrived"


def version(rng: random.Random) -> str:
    numbers = ".".join(str(rng.randrange(60)) for _ in range(rng.choice([2, 3, 3, 4])))
    return rng.choice(["version {}", "v{}", "since update {}", "after updating to {}", "build {}", "app {}"]).format(
        numbers
    )


def price(rng: random.Random) -> str:
    amount = rng.randrange(1, 3_000_000) / 100
    return rng.choice(
        [f"${amount:,.2f}", f"{amount:.2f} EUR", f"£{amount:,.0f}", f"Rs. {amount * 100:.0f}", f"{amount:,.2f}"]
    )


def date(rng: random.Random) -> str:
    moment = time.gmtime(rng.randrange(1_500_000_000, 1_800_000_000))
    forms = [
        "%Y-%m-%d",
        "%d/%m/%Y",
        "%d.%m.%Y",
        "%m/%d/%y",
        "%d-%m-%Y %H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y%m%d",
        "%d %b %Y",
    ]
    return time.strftime(rng.choice(forms), moment)


def clock(rng: random.Random) -> str:
    hour, minute = rng.randrange(24), rng.randrange(60)
    forms = [
        f"{hour:02d}:{minute:02d}",
        f"{hour}:{minute:02d}:{rng.randrange(60):02d}",
        f"@{hour % 12 + 1}pm",
        f"{hour}.{minute:02d}",
    ]
    return rng.choice([*forms, f"{hour:02d}:{minute:02d} - {(hour + 1) % 24:02d}:{minute:02d}"])


def tracking(rng: random.Random) -> str:
    said, form = rng.choice(
        [("", "1ZAnnAnnnnnnnnnnn"), ("", "AAnnnnnnnnnGB"), ("", "TBAnnnnnnnnnnnn"), ("", "JDnnnnnnnnnnnnnnnnnn"),
         ("", "9400 nnnn nnnn nnnn nnnn nn"), ("", "9400nnnnnnnnnnnnnnnnnn"), ("", "nnn-nnnnnnn-nnnnnnn"),
         ("tracking ", "nnnnnnnnnnnn"), ("tracking number ", "nnnn nnnn nnnn"), ("awb ", "nnnnnnnnnnn"),
         ("tracking ", "nnnnnnnnnn"), ("parcel ", "nnnnnnnnnnnnnn")]
    )  # fmt: skip
    return said + fill(form, rng)


HARMLESS: dict[str, tuple[Callable[[random.Random], str], int]] = {
    "order number": (order_number, 1_000), "order number, bare": (bare_order, 100), "version": (version, 800),
    "price": (price, 800), "date": (date, 800), "time": (clock, 700), "tracking number": (tracking, 800),
}  # fmt: skip


def personal_items(rng: random.Random) -> Iterator[tuple[str, str, str, str]]:
    """3,000 of (type, text before, item, text after)."""
    for kind, (make, count) in PERSONAL.items():
        for _ in range(count):
            before, _, after = rng.choice(PERSONAL_FRAMES).partition("{}")
            yield kind, before + "https://shop.example/reset" * (kind == "link query"), make(rng), after


def harmless_items(rng: random.Random) -> Iterator[tuple[str, str]]:
    """5,000 of (type, text)."""
    for kind, (make, count) in HARMLESS.items():
        for _ in range(count):
            yield kind, rng.choice(HARMLESS_FRAMES).format(make(rng))


def measure() -> tuple[dict[str, float], dict[str, float], list[str]]:
    """Recall per type, false alarms per type, and the texts that went wrong."""
    rng = random.Random(SEED)
    found, of, wrong = Counter[str](), Counter[str](), []
    for kind, before, item, after in personal_items(rng):
        redacted, _ = redact(before + item + after)
        whole = rf"{re.escape(before)}(?:\[[a-z ]+\])+\)?{re.escape(after)}"
        of[kind] += 1
        found[kind] += (hit := re.fullmatch(whole, redacted) is not None)
        if not hit:
            wrong.append(f"{kind}: {before + item + after!r} -> {redacted!r}")
    alarms, seen = Counter[str](), Counter[str]()
    for kind, text in harmless_items(rng):
        redacted, counts = redact(text)
        seen[kind] += 1
        alarms[kind] += bool(counts)
        if counts:
            wrong.append(f"{kind}: {text!r} -> {redacted!r}")
    seen["all"], alarms["all"] = sum(seen.values()), sum(alarms.values())
    return {k: found[k] / of[k] for k in of}, {k: alarms[k] / seen[k] for k in seen}, wrong


def seconds_for(count: int = 100_000) -> float:
    """Processor seconds to redact so many short texts: a tenth holds something personal, a tenth a harmless number."""
    rng = random.Random(SEED)
    plain = "The parcel came late and nobody answered, but the refund was quick once I reached a person. "
    personal = [b + i + a for _, b, i, a in personal_items(rng)]
    harmless = [text for _, text in harmless_items(rng)]
    texts = [
        plain + (rng.choice(personal) if n % 10 == 0 else rng.choice(harmless) if n % 10 == 1 else plain)
        for n in range(count)
    ]
    start = time.process_time()
    for text in texts:
        redact(text, ("Jane Doe",))
    return time.process_time() - start


def main() -> None:
    recall, alarms, wrong = measure()
    for title, shares in (("recall", recall), ("false alarms", alarms)):
        print(title)
        for kind, share in shares.items():
            print(f"  {kind:22} {share:7.2%}")
    print(f"100,000 short texts: {seconds_for():.1f} processor seconds")
    print(*wrong[: int(sys.argv[1]) if len(sys.argv) > 1 else 0], sep="\n")


if __name__ == "__main__":
    main()
