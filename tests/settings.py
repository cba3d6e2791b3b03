"""The product's settings for its tests: on the engine that DATABASE_URL names, with quick passwords and plain static files."""

import os
import tempfile
from datetime import UTC, datetime

# The clinic of the tests stands where it is about noon: what happened some hours ago was today, and no run crosses midnight or a
# clock change. Midnight and clock changes have tests of their own. A process that a test starts stands there too.
os.environ.setdefault("TIME_ZONE", f"Etc/GMT{datetime.now(UTC).hour - 12:+d}")

os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ.setdefault("EVALUATION", "1")
os.environ.setdefault("SECRET_KEY", "only-for-the-tests-" * 4)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

from anchored.settings import *
from anchored.settings import DATABASES, STORAGES

# A file, so that threads meet each other as they do in the product; a memory database has one shared lock.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    scratch = f"{tempfile.gettempdir()}/anchored-{os.getpid()}"
    DATABASES["default"] |= {"NAME": f"{scratch}.sqlite3", "TEST": {"NAME": f"{scratch}-test.sqlite3"}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = False  # whitenoise would walk through every file for each test's client
_shelf = tempfile.TemporaryDirectory(prefix="anchored-documents-")  # gone with the tests
_private = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
STORAGES["documents"] = {"BACKEND": "patients.shelf.Shelf", "OPTIONS": {"location": _shelf.name, **_private}}
