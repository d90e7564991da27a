"""What privacy.py takes out, and what it leaves."""

import time

import pytest

from shared.calendars.privacy import has_email, redact


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Fragen an anna.muster@example.org!", "Fragen an [E-Mail]!"),
        ("mailto:anna@example.org", "[E-Mail]"),
        ("anna (at) example (punkt) org", "[E-Mail]"),
        ("anna[at]example.org, bert@example.com", "[E-Mail], [E-Mail]"),
        ("müller@straße.example", "[E-Mail]"),
        ("Tel.: 0375 123456", "Tel.: [Telefon]"),
        ("Telefon 03 75 / 12 34 56 oder Handy 0151-2345678", "Telefon [Telefon] oder Handy [Telefon]"),
        ("ruf an: +49 (0)375 123456", "ruf an: [Telefon]"),
        ("0171 2345678 (Anna)", "[Telefon] (Anna)"),
    ],
)
def test_addresses_of_people_go(text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "FabLab Cottbus @ Walther-Pauer-Straße 5, 03044 Cottbus",
        "von 18:30 bis 21:00 @openLab",
        "am 03.12.2026 um 16:00 Uhr, Eintritt 5 €",
        "https://social.example/@verein und https://example.org/karte/@50.72,12.49",
        "Zwickau 0375 123456",
        "20.000 Besucher, 1. Mai 2026, Raum 0.15",
        "Telefonseelsorge stellt sich vor",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text
    assert not has_email(text)


@pytest.mark.parametrize("piece", ["a", "a.", "1 ", "+49", "tel ", "(at)", "a@", "a@b.", "@"])
def test_no_text_makes_it_slow(piece: str) -> None:
    begin = time.perf_counter()
    redact(piece * 20_000)
    assert time.perf_counter() - begin < 2
