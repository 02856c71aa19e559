"""Passwords that are guessed soon are refused, in words that say why."""

import time

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import Organization, Person

REPEAT = "it repeats one short piece"
ROW = "it follows the alphabet or counts"
KEYS = "it follows the rows of the keyboard"
COMMON = "it is too common, also with digits and signs added or exchanged"
NAME = "it is little more than the name of an organization or of the service desk"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("aaaaaaaaaaaa", REPEAT),
        ("passwordpassword", REPEAT),
        ("123412341234", REPEAT),
        ("letmeinletmein", REPEAT),
        ("Bonjour!Bonjour!", REPEAT),
        ("abcdefghijkl", ROW),
        ("lkjihgfedcba", ROW),
        ("asdfghjkl;'#", KEYS),
        ("zaq12wsxcde3", COMMON),
        ("123456789012", COMMON),
        ("qwertyuiopas", COMMON),
        ("1qaz2wsx3edc", COMMON),
        ("Password123!", COMMON),
        ("P@ssw0rd1234", COMMON),
        ("welcome12345", COMMON),
        ("changeme2026", COMMON),
        ("Winter2026!!", COMMON),
        ("ichliebedich", COMMON),  # breached, and on Django's list alone
        ("MDM/R Service Desk", NAME),
        ("smart-metering-1", NAME),
        ("Lakeshore2026!", NAME),
        ("l4keshoreHydro", COMMON),
    ],
)
def test_what_is_guessed_soon_is_refused(lakeshore: Organization, password: str, why: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, Person(email="nina@example.com", name="Nina"))

    assert refusal.value.messages == [
        f"This password is easy to guess: {why}. Choose four words that have nothing to do with each other."
    ]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "kilowatt-hours-at-noon",
        "Blue kettle, slow train",
        "lakeshore tulips at midnight",  # a name beside words of one's own
        "Xk9#mQ2$vL7p",
        "quatre chaises près du poêle",
        "ѣ" + "длинный пароль зимой",
    ],
)
def test_what_is_not_is_taken(lakeshore: Organization, password: str) -> None:
    validate_password(password, Person(email="nina@example.com", name="Nina"))


def test_a_password_made_to_keep_the_check_busy_does_not(db: None) -> None:
    began = time.perf_counter()
    validate_password("4@8({[<369!|1!0o5$7+%2" * 40)

    assert time.perf_counter() - began < 5  # seconds; a third of one, alone on a core


def test_none_at_all_is_refused_and_no_fault(db: None) -> None:
    with pytest.raises(ValidationError, match="at least 12 characters"):
        validate_password("")
