"""The form of an office's letterhead."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from headquarters.documents.letterheads import Words
from headquarters.documents.models import HeadWords, Way

MOST_NAME_LINES = 5
MOST_RECEIVERS = 25


class WordsForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript at run time
    """All the words of one office's documents: Vietnamese always, printed in capitals where they must be."""

    class Meta:
        model = HeadWords
        fields = tuple(Words.__slots__)
        labels: ClassVar = {
            "superior": _("Office above, on the first line"),
            "name": _("Name of the office"),
            "symbol": _("Abbreviation in the number"),
            "place": _("Place before the day"),
            "collective": _("Signs on behalf of (TM.)"),
            "head": _("Who leads the office"),
            "way": _("Who signs"),
            "title": _("Office of who signs"),
            "signer": _("Name of who signs"),
            "receivers": _("Receivers of reports"),
        }
        help_texts: ClassVar = {
            "superior": _("Empty where there is none to name, as with a people’s committee."),
            "name": _("A new line begins where you begin one."),
            "symbol": _("Such as UBND: the number then reads …/BC-UBND."),
            "collective": _("Empty where the head signs for himself."),
            "title": _("For a deputy, or who signs by order or mandate; the deputy’s may be left empty."),
            "signer": _("May stay empty: it is then written on the paper."),
            "receivers": _("One a line, the filing note (Lưu) last."),
        }
        widgets: ClassVar = {
            "name": forms.Textarea(attrs={"rows": 2}),
            "receivers": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, words: Words, data: Any = None) -> None:
        initial = {name: getattr(words, name) for name in Words.__slots__}
        super().__init__(data, initial=initial, label_suffix="")
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def clean(self) -> dict[str, Any]:
        """Letters composed and single blanks, line by line. Raises ValidationError by field."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = tidied(value)
        self._lines("name", MOST_NAME_LINES)
        self._lines("receivers", MOST_RECEIVERS)
        if cleaned.get("way") in (Way.ORDER, Way.MANDATE) and not cleaned.get("title"):
            self.add_error("title", _("Please fill this in: by order or mandate somebody else signs."))
        return cleaned

    def _lines(self, name: str, most: int) -> None:
        if len(self.cleaned_data.get(name, "").splitlines()) > most:
            self.add_error(name, ValidationError(_("At most %(n)s lines."), params={"n": most}))

    def words(self, otherwise: Words) -> Words:
        """What is typed in, where it can be printed; else what was before."""
        self.full_clean()
        given = getattr(self, "cleaned_data", {})
        return Words(**{name: given.get(name, getattr(otherwise, name)) for name in Words.__slots__})


def tidied(text: str) -> str:
    """As it can be printed: composed letters, no control characters, no empty lines."""
    composed = unicodedata.normalize("NFC", text)
    lines = (" ".join(_printable(line).split()) for line in composed.splitlines())
    return "\n".join(line for line in lines if line)


def _printable(line: str) -> str:
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Cs", "Co") else letter for letter in line)
