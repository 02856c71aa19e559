"""All settings, in one file, read from the environment.

Three modes, chosen by MODE:

* ``demo``, the default: fictional people, mail into a folder, second factors optional. Not for real data.
* ``test``: what pytest sets.
* ``production``: refuses to start when anything unsafe is configured, and says what to do.

Every variable is described in docs/operations.md.
"""

import os
from datetime import timedelta
from pathlib import Path

import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from accounts.form_names import SECOND_STEP_FORMS, SIGN_IN_FORMS
from servicedesk.demo.sign_ins import PASSWORD, SIGN_INS
from servicedesk.environment import database_from_url, env_bool, env_list

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

MODE = os.environ.get("MODE", "demo")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
if MODE not in {"demo", "test", "production"}:
    raise ImproperlyConfigured(f"MODE is {MODE!r}. Set it to demo, test or production.")

# --- Secrets and hosts ---------------------------------------------------------------------

DEVELOPMENT_KEY = "development-only-key-that-production-refuses-to-start-with"
SECRET_KEY = os.environ.get("SECRET_KEY", DEVELOPMENT_KEY)
DEBUG = env_bool("DEBUG", False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS") or (
    [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
BASE_URL = os.environ.get("BASE_URL", "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- What the house is made of -------------------------------------------------------------

INSTALLED_APPS = [
    "servicedesk.records",
    "servicedesk.notifications",
    "servicedesk.schedule",
    "servicedesk.ui",
    "accounts",
    "tickets",
    "changes",
    "continuity",
    "training",
    "servicedesk.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "rest_framework",
    "servicedesk.ui.admin_site.DeskAdminConfig",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # a queue is a tenth of its size; random padding, against BREACH
    "csp.middleware.CSPMiddleware",
    "servicedesk.ui.middleware.ResponseHeaders",
    "servicedesk.ui.middleware.ReadableRequests",
    "tickets.workspace.polls.NothingNew",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PersonPreferences",
    "accounts.middleware.SecondFactorRequired",
    "servicedesk.ui.middleware.RefusalAnswers",
]

ROOT_URLCONF = "servicedesk.urls"
WSGI_APPLICATION = "servicedesk.wsgi.application"
FORM_RENDERER = "servicedesk.ui.forms.DeskRenderer"

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
                "servicedesk.ui.shell.shell",
            ],
            "builtins": ["django.templatetags.i18n", "servicedesk.ui.templatetags.desk"],
        },
    }
]

# --- Stores --------------------------------------------------------------------------------
# `make run` and the tests start embedded servers and set both URLs (servicedesk/embedded.py).

DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql://postgres@localhost/servicedesk")
REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
ROW_SECURITY = env_bool("ROW_SECURITY", True)  # the lock under visible_to; off only to find a fault in it
STATEMENT_TIMEOUT_MS = int(os.environ.get("STATEMENT_TIMEOUT_MS", "5000"))
_SESSION_SETTINGS = {
    "statement_timeout": STATEMENT_TIMEOUT_MS,
    "lock_timeout": 2000,
    "idle_in_transaction_session_timeout": 15000,
}

DATABASES = {
    "default": {
        **database_from_url(DATABASE_URL),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # PgBouncer in transaction mode has none
        "OPTIONS": {"options": " ".join(f"-c {name}={value}" for name, value in _SESSION_SETTINGS.items())},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        # Sign-in throttles and badge counts: with Redis away the desk goes on without them.
        "BACKEND": "servicedesk.ui.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}

FILES_DIR = VAR_DIR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # a draft of the service policy has six hundred boxes
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- The worker ----------------------------------------------------------------------------
# Redis redelivers what is not acknowledged within visibility_timeout, so that has to be longer
# than the longest task. Nothing is ever scheduled in the broker: future work is a due row.
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
_RHYTHM = {  # seconds between two runs; a nudge that was not taken by then is dropped
    "servicedesk.notifications.tasks.drain_outbox": 5.0,
    "servicedesk.schedule.tasks.sweep_due_rows": 5.0,
    "servicedesk.schedule.tasks.work_on_jobs": 5.0,
    "servicedesk.schedule.tasks.sing": 30.0,
    "servicedesk.schedule.tasks.tidy": 3600.0,
    "servicedesk.notifications.tasks.tidy_outbox": 3600.0,
}
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in _RHYTHM.items()
}
CELERY_BEAT_SCHEDULE["tickets.tasks.plan_problem_candidates"] = {
    "task": "tickets.tasks.plan_problem_candidates",
    "schedule": crontab(hour="9", minute="10"),  # each day; the row it writes is the week's
    "options": {"expires": 3600},
}
CELERY_BEAT_SCHEDULE["tickets.tasks.verify_service_levels"] = {
    "task": "tickets.tasks.verify_service_levels",
    "schedule": crontab(hour="8", minute="10"),  # 03:10 or 04:10 in Toronto
    "options": {"expires": 3600},
}
OUTBOX_LEASE = timedelta(seconds=int(os.environ.get("OUTBOX_LEASE_SECONDS", "120")))

# --- Mail ----------------------------------------------------------------------------------

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", PRODUCTION)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST or PRODUCTION
    else "servicedesk.notifications.maildir.MaildirBackend"
)
MAILDIR = VAR_DIR / "maildir"
MAIL_DOMAIN = os.environ.get("MAIL_DOMAIN", "servicedesk.example")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", f"MDM/R Service Desk <desk@{MAIL_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Sign-in -------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["accounts.backends.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.guessing.HardToGuess"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.InvitationOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to an address that asked for somebody else's reset
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_FORMS, MFA_FORMS = SIGN_IN_FORMS, SECOND_STEP_FORMS
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # the code of half a minute ago, too: people type, and clocks differ (RFC 6238, 5.2)
MFA_TOTP_ISSUER = "MDM/R Service Desk"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False  # a GET writes nothing; the list shows when each session began

# SME staff and organization administrators need a second factor. A demo may go without.
SECOND_FACTOR_REQUIRED = env_bool("SECOND_FACTOR_REQUIRED", not DEMO)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "servicedesk.ui.views.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION

# --- Headers -------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
if env_bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whose attempts are counted: with proxies in front, their address is everybody's.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "0"))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- Words, numbers and times --------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "America/Toronto"

# --- Static files --------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE != "test" and not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- The desk itself -----------------------------------------------------------------------

DESK_PHONE = os.environ.get("DESK_PHONE", "1-844-555-0142")
DESK_EMAIL = os.environ.get("DESK_EMAIL", "servicedesk@sme.example")
ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
RECORD_MAX_BYTES = 100 * 1024 * 1024
RECORD_MAX_FILES = 20
UPLOADS_PER_HOUR = 200
FILINGS_PER_HOUR = {"person": 30, "organization": 120}
INVITATIONS_PER_HOUR = 30  # of one organization; what an approved request asks for comes on top
IDEMPOTENCY_KEPT_FOR = timedelta(hours=72)
MESSAGE_HOLD = timedelta(seconds=int(os.environ.get("MESSAGE_HOLD_SECONDS", "15")))  # decision 0010
if DEMO:
    DEMO_PASSWORD, DEMO_SIGN_INS = PASSWORD, SIGN_INS

# --- Logs ----------------------------------------------------------------------------------

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}


def unsafe_settings() -> list[str]:
    """What makes this configuration unfit for production, each with its remedy."""
    findings = []
    if SECRET_KEY == DEVELOPMENT_KEY or len(SECRET_KEY) < 50:
        findings.append(
            "SECRET_KEY is the development key or shorter than 50 characters. Set a long random one."
        )
    if DEBUG:
        findings.append("DEBUG is on. Unset DEBUG.")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        findings.append("ALLOWED_HOSTS names no host, or all. Set it to the portal's own host names.")
    if not SECOND_FACTOR_REQUIRED:
        findings.append("SECOND_FACTOR_REQUIRED is off. Unset it: only a demo may go without.")
    if not os.environ.get("DATABASE_URL") or not os.environ.get("REDIS_URL"):
        findings.append("DATABASE_URL or REDIS_URL is not set. Point them at the production servers.")
    if not EMAIL_HOST:
        findings.append("EMAIL_HOST is not set. Name the SMTP server that sends the desk's mail.")
    if not BASE_URL.startswith("https://"):
        findings.append(
            "BASE_URL must start with https://. It is the address people open, and stands in every mail."
        )
    return findings


if PRODUCTION and (unsafe := unsafe_settings()):
    raise ImproperlyConfigured("The desk does not start with unsafe settings:\n- " + "\n- ".join(unsafe))
