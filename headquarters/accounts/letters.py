"""Sends a one-time link by e-mail, where headquarters has a mail server (HEADQUARTERS_MAIL)."""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.accounts.models import Link, User

_log = logging.getLogger(__name__)


def send(person: User, link: Link, address: str) -> bool:
    """Whether it went out. If not, the link on the page is handed over another way."""
    if not (settings.EMAIL_HOST and person.email):
        return False
    words = {"name": person.get_full_name(), "link": address, "until": formats.moment(link.expires_at)}
    body = _(
        "Dear %(name)s,\n\nplease open this link and choose a password:\n\n%(link)s\n\n"
        "It works once, until %(until)s. If you did not expect it, please tell your administrator."
    )
    try:
        send_mail(_("Your account for citizens’ opinions"), body % words, None, [person.email])
    except (smtplib.SMTPException, OSError) as error:
        _log.warning("the link for %s was not sent: %s", person, error)
        return False
    return True
