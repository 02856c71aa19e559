"""The web process's entry point, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from servicedesk.ui.encodings import in_utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

application = in_utf8(get_wsgi_application())
