"""What entries of the audit log say, in the reader's language."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry

GROUPS: dict[str, Promise] = {
    "door": _("Signing in and out"),
    "account": _("Accounts and rights"),
    "export": _("Files taken away"),
    "log": _("The log itself"),
    "tablet": _("Tablets"),
    "office": _("Offices"),
    "contact": _("Contact data"),
    "request": _("Requests of data subjects"),
    "alert": _("Alerts"),
    "api": _("Interfaces"),
    "system": _("System"),
}
"""By what an action's name begins with."""

ACTIONS: dict[str, Promise] = {
    "door.signed_in": _("Signed in"),
    "door.signed_out": _("Signed out"),
    "door.failed": _("Wrong password"),
    "door.locked": _("Locked for a while"),
    "door.second_failed": _("Wrong code at the second step"),
    "door.backup_code": _("Used a backup code"),
    "door.unlocked": _("Lock taken off"),
    "door.session_ended": _("Ended a session"),
    "account.created": _("Account made on the server"),
    "account.invited": _("Invited"),
    "account.joined": _("Invitation accepted"),
    "account.link": _("One-time link made"),
    "account.changed": _("Role or office changed"),
    "account.deactivated": _("Account switched off"),
    "account.reactivated": _("Account switched on"),
    "account.password": _("Password changed"),
    "account.second_step": _("Second step set up"),
    "account.second_step_reset": _("Second step reset"),
    "account.backup_codes": _("New backup codes"),
    "export.file": _("File taken away"),
    "tablet.approved": _("Tablet let in"),
    "tablet.denied": _("Tablet turned away"),
    "tablet.configured": _("Tablet: new configuration"),
    "tablet.reset_code": _("Tablet: PIN reset code given"),
    "tablet.imported": _("Tablet: bundle imported"),
    "tablet.revoked": _("Tablet shut out"),
    "contact.opened": _("Contact opened"),
    "contact.purged": _("Contacts erased after their term"),
    "request.registered": _("Request about personal data registered"),
    "request.answered": _("Request: first answer given"),
    "request.done": _("Request done"),
    "request.refused": _("Request refused"),
    "request.shown": _("Request: data looked at"),
    "request.exported": _("Request: data given out"),
    "request.erased": _("Request: data erased"),
    "api.token_made": _("Token made for another system"),
    "api.token_revoked": _("Token revoked"),
    "api.token_used": _("Another system reads figures"),
    "system.backup": _("Backup made"),
    "system.keys_written": _("Keys written to a sealed file"),
    "system.restored": _("Restored from a backup"),
}


def action(name: str) -> str:
    """In words; a name that has none (an older or newer program's) as it is."""
    return str(ACTIONS.get(name, name))


def group(name: str) -> str:
    return str(GROUPS.get(name.partition(".")[0], ""))


def detail(entry: Entry) -> str:
    """As it was kept; roles, which are kept by their short names, by those that people know."""
    if not entry.action.startswith("account."):
        return entry.detail
    return _ROLES.sub(lambda found: str(Role(found.group()).label), entry.detail)


_ROLES = re.compile(r"\b(" + "|".join(Role.values) + r")\b")
