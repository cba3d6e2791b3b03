"""The floor: the same database and sessions, and nothing of the product's pages."""

from anchored.settings import *  # noqa: F403
from anchored.settings import INSTALLED_APPS

INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth")]  # it asks for its middleware
ROOT_URLCONF = "benchmarks.floor"
MIDDLEWARE = [
    "benchmarks.meter.Statements",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
