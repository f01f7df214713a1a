"""Bundles that came on a stick: taken here, and the receipt to carry back."""

from __future__ import annotations

import re
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headquarters.ratings import bundles
from headquarters.tablets.models import Deed
from headquarters.web import deed_words, rights
from headquarters.web.rights import admin_page, person
from sync.bundle import BundleError, read_header
from sync.receipt import SUFFIX

LARGEST = 1024 * 1024 * 1024
SHOWN = 10
_SHA256 = re.compile(r"[0-9a-f]{64}")
# So much of it stands in the deed (headquarters.ratings.bundles).
_SAID = 12


@admin_page
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Take a bundle, and offer its receipt."""
    taken = _take(request) if request.method == "POST" else {}
    seen = rights.tablets(person(request))
    deeds = Deed.objects.filter(kind=Deed.Kind.IMPORTED, tablet_id__in=seen.values("pk"))
    latest = deeds.select_related("actor").order_by("-pk")[:SHOWN]
    titles = {one.pk: f"{one.desk.name} · {one.desk.office.name}" for one in seen if one.desk}
    context = {
        "here": "tablets",
        "deeds": [
            (titles.get(deed.tablet_id, str(deed.tablet_id)[:8]), deed_words.said(deed)[1], deed)
            for deed in latest
        ],
        **taken,
    }
    return render(request, "web/bundles.html", context, status=400 if taken.get("error") else 200)


@admin_page
@require_GET
def receipt(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The receipt of a bundle that was taken here."""
    path = settings.DATA / "receipts" / f"{sha256}{SUFFIX}"
    if not _SHA256.fullmatch(sha256) or not path.is_file() or not _may_see(request, sha256):
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{sha256[:12]}{SUFFIX}")


def _may_see(request: HttpRequest, sha256: str) -> bool:
    """Whether the bundle came from a tablet that stands or stood at this person's offices."""
    taken = Deed.objects.filter(kind=Deed.Kind.IMPORTED, detail__startswith=sha256[:_SAID])
    return rights.known_tablets(person(request)).filter(pk__in=taken.values("tablet_id")).exists()


def _take(request: HttpRequest) -> dict[str, Any]:
    file = request.FILES.get("bundle")
    if not isinstance(file, UploadedFile) or file.file is None:
        return {"error": _("Please choose the bundle’s file.")}
    if (file.size or 0) > LARGEST:
        return {"error": _("This file is very large. The command “headquarters import-bundle” takes it.")}
    try:
        content = cast("BinaryIO", file.file)
        header = read_header(content)
        of_key = Q(key_id=header.key_id) | Q(former_keys__key_id=header.key_id)
        # Also of one that was replaced: what waited on it may come on a stick alone.
        if not rights.known_tablets(person(request)).filter(of_key).exists():
            raise BundleError("unknown_tablet", "not a tablet of this account's offices")
        folder = settings.DATA / "receipts"
        folder.mkdir(mode=0o700, exist_ok=True)
        sha256 = bundles.fingerprint(content)
        target = folder / f"{sha256}{SUFFIX}"
        done = bundles.import_to(content, target, person(request), lambda _n, _of: None)
    except BundleError as error:
        return {"error": _explained(error.code)}
    return {
        "done": done,
        "accepted": done.of("accepted"),
        "known": done.of("duplicate") + done.of("tombstoned"),
        "aside": done.of("quarantined"),
    }


def _explained(code: str) -> str:
    words = {
        "not_a_bundle": _("This file is no bundle of a tablet."),
        "later_version": _("A newer program wrote this bundle. Bring headquarters up to date first."),
        "truncated": _("The file is cut short: the stick was pulled too early. Export it again."),
        "bad_signature": _("The file is cut short or was changed on its way. Export it again."),
        "cannot_open": _("This bundle was made for another headquarters."),
        "unknown_tablet": _("The tablet that wrote this bundle is not enrolled here."),
        "former_key": _(
            "The tablet has changed its key since it wrote this bundle. Write a fresh one at the tablet."
        ),
        "revoked": _("The tablet that wrote this bundle was shut out."),
    }
    return words.get(code) or _("The bundle is damaged inside. Keep the stick and call support.")
