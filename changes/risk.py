"""The rating of a change: points that anybody can add up. Pure: it knows no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rating:
    """What the answers add up to. ``answers``: each question's name, the answer given and its points."""

    points: int
    risk: str
    answers: list[dict[str, Any]]


def rating(
    questions: Iterable[Mapping[str, Any]], given: Mapping[str, str], *, medium_from: int, high_from: int
) -> Rating:
    """Add up the answers, by the name of their question. Raises KeyError for one that is missing or unknown."""
    answers = [
        {"name": question["name"], "value": given[question["name"]], "points": _points(question, given)}
        for question in questions
    ]
    points = sum(answer["points"] for answer in answers)
    risk = "high" if points >= high_from else "medium" if points >= medium_from else "low"
    return Rating(points, risk, answers)


def _points(question: Mapping[str, Any], given: Mapping[str, str]) -> int:
    by_value = {answer["value"]: int(answer["points"]) for answer in question["answers"]}
    return by_value[given[question["name"]]]
