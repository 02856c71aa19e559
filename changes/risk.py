"""The rating of a change: points that anybody can add up. Pure: it knows no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


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


def problems_of(
    *, questions: Any, medium_from: int, high_from: int, plans: Any, lead_days: Any
) -> list[tuple[str, str]]:
    """What keeps a formula from rating anything: the field, and what to do about it."""
    found = [("questions", words) for words in _problems_of_questions(questions)]
    if high_from <= medium_from:
        found.append(("high_from", _("Enter more points than for medium.")))
    levels = {"low", "medium", "high"}
    names = {"implementation_plan", "test_plan", "communication_plan", "back_out_plan"}
    if not isinstance(plans, dict) or plans.keys() != levels:
        found.append(("plans", _("Name the plans for low, medium and high.")))
    elif any(not isinstance(some, list) or set(some) - names for some in plans.values()):
        found.append(("plans", _("The plans are: %(names)s.") % {"names": ", ".join(sorted(names))}))
    if not isinstance(lead_days, dict) or lead_days.keys() != levels:
        found.append(("lead_days", _("Enter the days for low, medium and high.")))
    elif not all(isinstance(days, int) and days >= 0 for days in lead_days.values()):
        found.append(("lead_days", _("Enter whole days.")))
    return found


def _problems_of_questions(questions: Any) -> list[str]:
    try:
        names = [question["name"] for question in questions]
        complete = all(question["text"] and _answers_are_whole(question["answers"]) for question in questions)
    except (KeyError, TypeError):
        return [_("Every question has name, text and answers, every answer value, text and points.")]
    if not names or len(set(names)) < len(names):
        return [_("Give every question a name of its own.")]
    return (
        []
        if complete
        else [_("Every question has at least two answers, each with value, text and points from 0.")]
    )


def _answers_are_whole(answers: Any) -> bool:
    values = {answer["value"] for answer in answers if answer["text"] and int(answer["points"]) >= 0}
    return len(values) == len(answers) >= 2
