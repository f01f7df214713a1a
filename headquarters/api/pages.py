"""``/api/``: what other systems may ask, to read; ``/api/tokens/``: who may ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headquarters.accounts import rights
from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.api import openapi, tokens
from headquarters.api.models import Token
from headquarters.offices.models import Office

DAYS_MOST = 366


class TokenForm(forms.Form):
    """A token for another system."""

    name = forms.CharField(label=gettext_lazy("For which system"), max_length=120)
    office: Any = forms.ModelChoiceField(
        label=gettext_lazy("It may read the figures of"),
        queryset=Office.objects.none(),
        required=False,
        empty_label=gettext_lazy("All offices"),
    )
    days = forms.IntegerField(label=gettext_lazy("Good for how many days"), min_value=1, max_value=DAYS_MOST)

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.label_suffix = ""
        office: Any = self.fields["office"]
        office.queryset = rights.offices(user)
        # Who sees one office gives nobody all of them.
        if user.office_id is not None:
            office.required, office.empty_label = True, None
        for name, field in self.fields.items():
            if self.is_bound and self.errors.get(name):
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{name}-error"}


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, for programs; anybody may know what there is to ask."""
    return JsonResponse(openapi.document(), json_dumps_params={"ensure_ascii": False})


@rights.page(Right.MANAGE_SYSTEM)
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    found = openapi.document()
    rows = [
        {"path": path, "method": method, "about": about, "key": f"{method}{path.replace('/', '-')}"}
        for path, methods in found["paths"].items()
        for method, about in methods.items()
    ]
    for row in rows:
        about = row["about"]
        summary = about["summary"]
        row["summary"] = _(summary)
        row["parameters"] = [
            (one["name"], _(words)) for one in about["parameters"] if (words := one.get("description"))
        ]
        answer = row["about"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        row["answer"] = answer.rpartition("/")[2]
        row["fields"] = found["components"]["schemas"][row["answer"]]["properties"]
    context = {
        "here": "tokens",
        "figures": [row for row in rows if row["method"] == "get"],
        "wire": [row for row in rows if row["method"] == "post"],
    }
    return render(request, "api/reference.html", context)


@rights.page(Right.MANAGE_SYSTEM)
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """The tokens there are, and a new one, shown this once."""
    user = rights.person(request)
    form = TokenForm(user, request.POST if request.method == "POST" else None, initial={"days": 90})
    context: dict[str, Any] = {"here": "tokens", "form": form, "now": timezone.now()}
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        context["made"], context["plain"] = tokens.make(
            request, fields["name"], fields["office"], fields["days"]
        )
        context["form"] = TokenForm(user, initial={"days": 90})
    context["rows"] = tokens.of(user)
    return render(request, "api/tokens.html", context, status=400 if form.errors else 200)


@rights.page(Right.MANAGE_SYSTEM)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Good for nothing from now on."""
    token: Token | None = tokens.of(rights.person(request)).filter(pk=pk).first()
    if token is None:
        raise Http404
    if tokens.revoke(request, token):
        messages.success(request, _("The token opens nothing any more."))
    return HttpResponseRedirect(reverse("api:tokens"))
