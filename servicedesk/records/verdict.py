"""The answer to "may this person do this?": yes, or no with a sentence.

The same sentence greys the button, answers the POST and stands in the tests.
"""

from dataclasses import dataclass

from servicedesk.records.refusals import Forbidden, Refused


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed. ``reason`` is empty then."""

    reason: str = ""
    refusal: type[Refused] = Forbidden

    def __bool__(self) -> bool:
        return not self.reason

    def or_refuse(self) -> None:
        """Raise the refusal, if this is one."""
        if self.reason:
            raise self.refusal(self.reason)


YES = Verdict()


def no(reason: object, refusal: type[Refused] = Forbidden) -> Verdict:
    """A no with its sentence (lazily translated text is fine)."""
    return Verdict(str(reason), refusal)
