"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anchored.settings")
application = get_wsgi_application()

from anchored.ground.checks import serve_only_guarded  # noqa: E402  (when the apps are ready)

serve_only_guarded()
