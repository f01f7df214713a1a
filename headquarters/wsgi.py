"""The WSGI application that ``headquarters serve`` runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headquarters.settings")
application = get_wsgi_application()
