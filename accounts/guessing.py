"""Refusing a new password that is guessed soon, without asking anybody outside (PROMISES, Security).

Two lists of passwords that were breached stand behind it, Django's and zxcvbn's. zxcvbn also sees through
digits and signs added, letters exchanged for signs, repeats, and rows of the alphabet and the keyboard.
Names of organizations are known here alone.
"""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from zxcvbn import zxcvbn

from accounts.models import Organization, Person

ENOUGH_GUESSES = 10**10
"""What three unrelated words are worth, and what nobody tries by signing in."""
_READ = 32
"""Characters that are looked at. The time grows fast with the length of a contrived one, and these say enough."""
_OF_THE_DESK = "MDM/R MDMR ServiceDesk Service Desk Smart Metering Entity Meter Data"
_LEFT_OVER = 8
"""Characters that have to stand beside names."""

WORDS = {
    "repeat": gettext_lazy("it repeats one short piece"),
    "sequence": gettext_lazy("it follows the alphabet or counts"),
    "spatial": gettext_lazy("it follows the rows of the keyboard"),
    "date": gettext_lazy("it is made of a date"),
    "dictionary": gettext_lazy("it is too common, also with digits and signs added or exchanged"),
    "short": gettext_lazy("it is short"),
    "name": gettext_lazy("it is little more than the name of an organization or of the service desk"),
}
"""What zxcvbn calls a pattern, and we a reason."""


class HardToGuess(CommonPasswordValidator):
    """A password that is common, patterned or a name is refused, with what is wrong with it."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError with words that say why, and what to choose."""
        if why := self._why_not(password):
            raise ValidationError(
                _(
                    "This password is easy to guess: %(why)s."
                    " Choose four words that have nothing to do with each other."
                )
                % {"why": WORDS[why]},
                code="easy_to_guess",
            )

    def get_help_text(self) -> str:
        """For forms that show the rules."""
        return _("A few unrelated words are good. Common passwords, repeats, rows of keys and names are not.")

    def _why_not(self, password: str) -> str | None:
        if not password:
            return "short"
        if password.lower().strip() in self.passwords:
            return "dictionary"
        if _is_mostly_names(password):
            return "name"
        found = zxcvbn(password[:_READ])
        if found["guesses"] >= ENOUGH_GUESSES:
            return None
        longest = max(found["sequence"], key=lambda part: len(part["token"]))
        return str(longest["pattern"]) if longest["pattern"] in WORDS else "short"


def _is_mostly_names(password: str) -> bool:
    """Is there too little left of it without the words of our names? They are public, and the first that is tried."""
    rest, names = _letters(password), {_letters(word) for word in _OF_THE_DESK.split()}
    for name in Organization.objects.values_list("name", flat=True):
        names |= {_letters(word) for word in [name, *name.split()]}
    for name in sorted((name for name in names if len(name) >= 4), key=len, reverse=True):
        rest = rest.replace(name, "")
    return rest != _letters(password) and len(rest) < _LEFT_OVER


def _letters(text: str) -> str:
    """Its letters and digits, in lower case."""
    return re.sub(r"[\W_]", "", text.casefold())
