"""What was done to a tablet, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from headquarters.tablets.models import Deed


def said(deed: Deed) -> tuple[str, str]:
    """(what, the detail behind it)."""
    words = {
        Deed.Kind.APPROVED: _("Let in"),
        Deed.Kind.DENIED: _("Turned away"),
        Deed.Kind.CONFIGURED: _("New configuration"),
        Deed.Kind.RESET_CODE: _("PIN reset code given"),
        Deed.Kind.IMPORTED: _("Bundle imported"),
        Deed.Kind.REVOKED: _("Shut out"),
        Deed.Kind.MOVED: _("Moved"),
        Deed.Kind.REPLACED: _("Another tablet took its desk"),
        Deed.Kind.KEY_ASKED: _("A new key asked for"),
        Deed.Kind.KEY_WITHDRAWN: _("A new key no longer asked for"),
        Deed.Kind.KEY_RENEWED: _("Key changed"),
    }
    kind = Deed.Kind(deed.kind)
    return words[kind], _detail(kind, deed.detail)


def _detail(kind: Deed.Kind, detail: str) -> str:
    if kind is Deed.Kind.CONFIGURED:
        return _("Version %(n)s") % {"n": detail}
    if kind is Deed.Kind.RESET_CODE:
        return {"staff": _("Staff"), "admin": _("Administrator")}.get(detail, detail)
    if kind is Deed.Kind.IMPORTED:
        return _counted(detail)
    return detail[:8] if kind is Deed.Kind.REPLACED else detail


def _counted(detail: str) -> str:
    """``2f8c…: accepted 5, duplicate 2`` as headquarters.ratings.bundles writes it."""
    words = {
        "accepted": _("new: %s"),
        "duplicate": _("here before: %s"),
        "tombstoned": _("erased before: %s"),
        "quarantined": _("set aside: %s"),
    }
    counts = [part.partition(" ") for part in detail.partition(": ")[2].split(", ")]
    return ", ".join(words[verdict] % n for verdict, _space, n in counts if verdict in words) or detail
