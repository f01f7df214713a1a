"""What entries of the audit log say, in the reader's language."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headquarters import formats
from headquarters.accounts.roles import Role
from headquarters.audit.models import Entry

GROUPS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "door": (_("Signing in and out"), ("door",)),
    "account": (_("Accounts and rights"), ("account",)),
    "export": (_("Files taken away"), ("export",)),
    "tablet": (_("Tablets"), ("tablet", "tablet_group", "chain", "event")),
    "office": (_("Offices"), ("office", "desk", "transactions", "dossiers", "late_dossiers")),
    "official": (_("Officials"), ("official",)),
    "contact": (_("Contact data"), ("contact",)),
    "request": (_("Requests of data subjects"), ("request",)),
    "alert": (_("Alerts"), ("alert_rule", "webhook")),
    "case": (_("Cases"), ("case",)),
    "report": (_("Reports"), ("report",)),
    "letterhead": (_("Documents"), ("letterhead",)),
    "publication": (_("Publications"), ("publication",)),
    "letter": (_("Letters"), ("letter", "letter_template")),
    "api": (_("Interfaces"), ("api",)),
    "system": (_("System"), ("system", "demo")),
}
"""Kinds to filter by: their words, and what the names of their actions begin with."""

ACTIONS: dict[str, Promise] = {
    "door.signed_in": _("Signed in"),
    "door.signed_out": _("Signed out"),
    "door.failed": _("Wrong password"),
    "door.locked": _("Locked for a while"),
    "door.second_failed": _("Wrong code at the second step"),
    "door.backup_code": _("Used a backup code"),
    "door.unlocked": _("Lock taken off"),
    "door.refused": _("Asked for a page without the right to it"),
    "door.session_ended": _("Ended a session"),
    "account.created": _("Account made on the server"),
    "account.invited": _("Invited"),
    "account.joined": _("Invitation accepted"),
    "account.link": _("One-time link made"),
    "account.changed": _("Role or office changed"),
    "account.renamed": _("Name or e-mail changed"),
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
    "tablet.key_asked": _("Tablet: a new key asked for"),
    "tablet.key_withdrawn": _("Tablet: a new key no longer asked for"),
    "tablet.key_renewed": _("Tablet changed its key"),
    "tablet_group.made": _("Group of tablets made"),
    "tablet_group.kept": _("Group of tablets changed"),
    "chain.walked": _("Chain of a tablet checked"),
    "event.proved": _("Proof of a rating looked at"),
    "office.added": _("Office added"),
    "office.changed": _("Office changed"),
    "office.closed": _("Office closed"),
    "office.merged": _("Offices merged"),
    "office.split": _("Office split"),
    "office.imported": _("Offices imported"),
    "office.exported": _("Offices exported"),
    "desk.added": _("Desk added"),
    "desk.changed": _("Desk changed"),
    "desk.closed": _("Desk closed"),
    "desk.opened": _("Desk opened again"),
    "official.added": _("Official added"),
    "official.changed": _("Official changed"),
    "official.forgotten": _("Name of an official taken away"),
    "official.seen": _("Figures by official looked at"),
    "transactions.imported": _("Transactions imported"),
    "dossiers.imported": _("Dossier totals imported"),
    "late_dossiers.imported": _("Codes of late dossiers imported"),
    "case.raised": _("Case made"),
    "case.classified": _("Case classified"),
    "case.assigned": _("Case assigned"),
    "case.drafted": _("Case: answer drafted"),
    "case.submitted": _("Case: approval of an answer asked for"),
    "case.sent_back": _("Case: answer sent back"),
    "case.approved": _("Case: answer approved"),
    "case.referred": _("Case referred"),
    "case.reopened": _("Case opened again"),
    "case.noted": _("Case: note written"),
    "case.filed": _("Case: file added"),
    "case.file_read": _("Case: file taken"),
    "publication.drafted": _("Publication written"),
    "publication.published": _("Publication published"),
    "publication.sent_back": _("Publication sent back"),
    "publication.withdrawn": _("Publication withdrawn"),
    "letter.drafted": _("Letter drafted"),
    "letter.written": _("Letter changed"),
    "letter.taken_back": _("Letter taken back to be changed"),
    "letter.ready": _("Letter ready to be signed"),
    "letter.sent": _("Letter noted as sent"),
    "letter.dropped": _("Letter laid aside"),
    "letter.declined": _("Letter judged not needed"),
    "letter_template.uploaded": _("Template of letters uploaded"),
    "letter_template.in_force": _("Template of letters put in force"),
    "letter_template.ended": _("Template of letters taken out of force"),
    "alert_rule.saved": _("Alert rule kept"),
    "alert_rule.removed": _("Alert rule removed"),
    "webhook.made": _("Webhook made"),
    "webhook.off": _("Webhook switched off"),
    "letterhead.kept": _("Letterhead kept"),
    "letterhead.dropped": _("Letterhead: own words dropped"),
    "report.made": _("Report drafted"),
    "report.written": _("Report: texts written"),
    "report.refreshed": _("Report: figures taken anew"),
    "report.issued": _("Report issued"),
    "report.corrected": _("Report: correction drafted"),
    "report.reviewed": _("Review of a desk kept"),
    "report.deadline": _("Deadline of a report kept"),
    "demo.made": _("Demo province made"),
    "demo.removed": _("Demo province removed"),
    "contact.opened": _("Contact opened"),
    "contact.opened_to_send": _("Contact opened by headquarters to send a mail"),
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
    "system.sealing_key": _("Sealing key rotated"),
    "system.restored": _("Restored from a backup"),
}


def action(name: str) -> str:
    """In words; a name that has none (an older or newer program's) as it is, behind its kind."""
    if name in ACTIONS:
        return str(ACTIONS[name])
    kind = next((str(words) for words, begins in GROUPS.values() if name.partition(".")[0] in begins), "")
    return f"{kind}: {name.partition('.')[2]}" if kind else name


def detail(entry: Entry) -> str:
    """As it was kept; roles, which are kept by their short names, by those that people know; what was
    counted, in the reader's language."""
    if _COUNTED.fullmatch(entry.detail):
        return _AMOUNT.sub(lambda found: _UNITS[found[2]] % formats.count(int(found[1])), entry.detail)
    if not entry.action.startswith("account."):
        return entry.detail
    return _ROLES.sub(lambda found: str(Role(found.group()).label), entry.detail)


_UNITS = {
    "events": _("%s events"),
    "offices": _("%s offices"),
    "tablets": _("%s tablets"),
    "rows": _("%s rows"),
    "days": _("%s days"),
    "left": _("%s left"),
}
_AMOUNT = re.compile(rf"(\d+) ({'|'.join(_UNITS)})")
_COUNTED = re.compile(rf"{_AMOUNT.pattern}(, {_AMOUNT.pattern})*")
_ROLES = re.compile(r"\b(" + "|".join(Role.values) + r")\b")
