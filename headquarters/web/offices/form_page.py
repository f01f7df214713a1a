"""A page with one form about an office, its desks or its officials."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show(
    request: HttpRequest,
    form: BaseForm,
    title: str,
    back: str,
    button: str,
    words: str = "",
    hindrance: str = "",
    place: str = "",
) -> HttpResponse:
    """``back``: the address it leads back to; ``place``: whose it is, where the title does not say so;
    ``hindrance``: why it cannot be done."""
    context = {
        "here": "offices", "form": form, "title": title, "back": back, "button": button, "words": words,
        "hindrance": hindrance, "place": place,
    }  # fmt: skip
    return render(request, "offices/form.html", context, status=400 if request.method == "POST" else 200)
