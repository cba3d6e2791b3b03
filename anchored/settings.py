"""Settings, read from the environment. docs/configuration.md lists every one; a wrong one is named and stops the start."""

from datetime import timedelta
from pathlib import Path

import environ
import fontpkg_geist
import fontpkg_lora
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def within(name, *, default, least, most):
    """A whole number of minutes, hours or days that the rules of the house bound."""
    number = env.int(name, default)
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} is {number}. It must be between {least} and {most}.")
    return number


# What this is: a developer's machine (DEBUG), somebody trying it out (EVALUATION), or a clinic (neither).
DEBUG = env.bool("DEBUG", False)
EVALUATION = env.bool("EVALUATION", False)
IN_CLINIC = not DEBUG and not EVALUATION

SECRET_KEY = env("SECRET_KEY", default="only-for-a-developers-machine-" * 2 if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set. Set it to a long random text that only this server knows.")
if IN_CLINIC and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short. Use at least 50 random characters.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. List the names this server answers to, with commas.")
if IN_CLINIC and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must not hold *. List the names this server answers to.")

# Databases. SQLite is for trying it out; a clinic runs on PostgreSQL.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / '.data' / 'anchored.sqlite3'}")}
_database = DATABASES["default"]
if "sqlite" in _database["ENGINE"]:
    if IN_CLINIC:
        raise ImproperlyConfigured(
            "DATABASE_URL names a SQLite file. A clinic needs PostgreSQL: postgres://user:password@host/name. "
            "To try Anchored out with SQLite, set EVALUATION=1."
        )
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
    }
elif "postgresql" in _database["ENGINE"]:
    _database["CONN_MAX_AGE"] = 0
    # Every page asks a few short questions, the same each time: one plan each, made once, from indexes, in one process.
    _plans = {"plan_cache_mode": "force_generic_plan", "random_page_cost": "1.1", "max_parallel_workers_per_gather": "0", "jit": "off"}
    _database["OPTIONS"] = {
        "options": " ".join(f"-c {name}={value}" for name, value in _plans.items()),
        **_database.get("OPTIONS", {}),
        "pool": {"min_size": 2, "max_size": env.int("DATABASE_POOL", 12)},
        "server_side_binding": True,
        "prepare_threshold": 3,
    }
else:
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgres://.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "patients",
    "treatment_plans",
    "groups",
    "anchored.ground",
    "anchored.accounts",
    "anchored.audit",
    "anchored.signing",
    "anchored.ui",
    "anchored.chart",
    "anchored.dashboard",
    "anchored.exchange",
    "anchored.reports",
    "anchored.demo",
    "anchored.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "js_lib_bootstrap5",
    "js_lib_bootstrap_icons",
]

MIDDLEWARE = [
    "anchored.ui.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "anchored.accounts.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "anchored.ui.bodies.Bodies",
    "anchored.ui.middleware.Addresses",
    "anchored.ui.middleware.Fragments",
    "anchored.ui.middleware.Refusals",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "anchored.urls"
WSGI_APPLICATION = "anchored.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anchored.ui.context.house",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Signing in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "anchored.accounts.backends.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "given_name", "family_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "anchored.accounts.adapter.ClosedDoor"
ACCOUNT_FORMS = {"login": "anchored.ui.signin.SignInForm", "change_password": "anchored.ui.signin.PasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}  # axes counts, in the database, across workers

AXES_FAILURE_LIMIT = env.int("LOCKOUT_FAILURES", 5)
AXES_COOLOFF_TIME = timedelta(minutes=within("LOCKOUT_MINUTES", default=15, least=1, most=1440))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "anchored.accounts.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "anchored.accounts.lockout.account_of"
AXES_CLIENT_IP_CALLABLE = "anchored.accounts.lockout.address_of"
AXES_SENSITIVE_PARAMETERS = ["login", "next", "csrfmiddlewaretoken"]  # what was typed in vain is not kept
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)

SESSION_ENGINE = "anchored.accounts.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # messages name patients: not in a cookie
SESSION_IDLE_MINUTES = within("SESSION_IDLE_MINUTES", default=15, least=5, most=30)
SESSION_HOURS = within("SESSION_HOURS", default=12, least=1, most=24)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# HTTPS: everywhere but on the machine of somebody who tries it out.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IN_CLINIC
SESSION_COOKIE_NAME = "__Host-session" if IN_CLINIC else "anchored-session"
CSRF_COOKIE_NAME = "__Host-csrf" if IN_CLINIC else "anchored-csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "anchored.ui.errors.csrf_failure"
SECURE_SSL_REDIRECT = IN_CLINIC
SECURE_HSTS_SECONDS = 31_536_000 if IN_CLINIC else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IN_CLINIC
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IN_CLINIC and TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# A file is judged in memory before any of it touches a disk; anchored/ui/bodies.py bounds how large it may be.
FILE_UPLOAD_HANDLERS = ["anchored.ui.bodies.NamesAsSent", "django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 23_000_000

# Words, times, files
LANGUAGE_CODE = "en-us"
TIME_ZONE = env("TIME_ZONE", default="America/New_York")
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["anchored.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    ("fontpkg-geist", Path(fontpkg_geist.__file__).parent / "files"),
    ("fontpkg-lora", Path(fontpkg_lora.__file__).parent / "files"),
]
# Scanned papers: outside of everything that is served, private to the process. Lost if the folder is not backed up.
DOCUMENTS_DIR = Path(env("DOCUMENTS_DIR", default=str(BASE_DIR / "documents")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "patients.shelf.Shelf",
        "OPTIONS": {"location": DOCUMENTS_DIR, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IN_CLINIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IN_CLINIC
WHITENOISE_ALLOW_ALL_ORIGINS = False

# The house's own rules
CLINIC_NAME = env("CLINIC_NAME", default="Anchored")
CONFIDENTIALITY_NOTICE = env("CONFIDENTIALITY_NOTICE", default="42 CFR part 2 prohibits unauthorized use or disclosure of these records.")
STATE_FIPS = env.int("STATE_FIPS", -9)
CBSA = env.int("CBSA", -9)
TEDS_PROVIDER = env("TEDS_PROVIDER", default="")
MOVE_UNDO_MINUTES = within("MOVE_UNDO_MINUTES", default=10, least=1, most=60)
CHART_DAYS_AFTER_DISCHARGE = within("CHART_DAYS_AFTER_DISCHARGE", default=30, least=0, most=365)
CASELOAD_REVIEW_DAYS = within("CASELOAD_REVIEW_DAYS", default=30, least=1, most=366)
SMALL_CELL = within("SMALL_CELL", default=11, least=3, most=100)
NOTE_COPY_PERCENT = within("NOTE_COPY_PERCENT", default=80, least=50, most=100)
NOTE_COPY_REASON_PERCENT = within("NOTE_COPY_REASON_PERCENT", default=95, least=50, most=100)
NOTE_COPY_WORDS = within("NOTE_COPY_WORDS", default=25, least=5, most=500)
REFERRAL_CALL_HOURS = within("REFERRAL_CALL_HOURS", default=24, least=1, most=240)
OFFER_HOLD_DAYS = within("OFFER_HOLD_DAYS", default=2, least=1, most=30)
INTAKE_DAYS = within("INTAKE_DAYS", default=14, least=1, most=60)

# Logs hold no record's content: what is logged is where and of what kind, never with which values.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "anchored.ui.logs.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "axes": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
