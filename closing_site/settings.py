"""The one settings file. What differs between machines comes from the environment, read strictly.

``./run`` sets every variable that is missing; elsewhere a missing one stops the start.
"""

import os
from datetime import timedelta
from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.contrib.messages.constants import ERROR
from django.utils.translation import gettext_lazy as _

from closing_site import environment

# Makes Django's generic classes take their types, as in ``DecimalField[Any, Any]``.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.secret("SECRET_KEY", may_be_weak=DEBUG)
# Those of before, with blanks between: what was signed or encrypted with them still holds.
SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()
ALLOWED_HOSTS = environment.hosts(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
CLOSING_VAR = environment.folder("CLOSING_VAR", default=BASE_DIR / "var")
CLOSING_SEAL_KEY_FILE = environment.seal_key_file("CLOSING_SEAL_KEY_FILE")
CLOSING_SINGLE_ROLE = environment.flag("CLOSING_SINGLE_ROLE")
CLOSING_LOG = environment.choice(
    "CLOSING_LOG", of=("json", "plain"), default="plain" if DEBUG else "json"
)
CLOSING_METRICS_TOKEN = os.environ.get("CLOSING_METRICS_TOKEN", "").strip()
CLOSING_SLOW_STATEMENT_MS = environment.number(
    "CLOSING_SLOW_STATEMENT_MS", default=500, least=10, most=600_000
)
CLOSING_ACCEPTED = environment.names("CLOSING_ACCEPTED")
CLOSING_BACKUP_DIR = environment.optional_folder("CLOSING_BACKUP_DIR")
CLOSING_BACKUP_KEEP = environment.number("CLOSING_BACKUP_KEEP", default=14, least=1, most=10_000)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "django_include_bootstrap",
    "axes",
    # For its second factor alone: none of its pages has an address here, nor does its table of
    # e-mail addresses hold one.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "closing_site.pages",
    "closing_site.companies",
    "closing_site.periods",
    "closing_site.desk",
    "closing_site.customers",
    "orders",
    "invoicing",
    "payments",
    "reconciliation",
    "reports",
    "closing_site.exchange",
    "closing_site.wizard",
    "closing_site.demo",
    "closing_site.backups",
]

MIDDLEWARE = [
    "closing_site.observing.middleware.RequestMiddleware",
    "closing_site.backups.observed.ObservedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Before static files are served, so that they have the policy too.
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "closing_site.pages.company_addresses.CompanyAddressMiddleware",
    "closing_site.companies.body_size.BodySizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "closing_site.companies.language.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # django-allauth wants it; without its pages it does nothing.
    "allauth.account.middleware.AccountMiddleware",
    "closing_site.companies.missing.NotFoundMiddleware",
    "closing_site.companies.access.AccessMiddleware",
    "closing_site.pages.refused.RefusalMiddleware",
    # Last, as its manual asks: it turns a refused sign-in into the lockout page.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "closing_site.urls"
WSGI_APPLICATION = "closing_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["closing_site.pages.templatetags.company_forms"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "closing_site.companies.navigation.navigation",
                "closing_site.periods.switcher.months",
            ],
        },
    },
]

# ``default`` serves, as a role that owns nothing. ``owner`` exists where its address is given: for
# `migrate --database owner` and the grants. ./run does not hand it to web and worker, and there is
# no router, so nothing else can reach it by accident.
DATABASES = {"default": environment.database("DATABASE_URL")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if os.environ.get("DATABASE_OWNER_URL"):
    DATABASES["owner"] = environment.database("DATABASE_OWNER_URL")
elif CLOSING_SINGLE_ROLE:
    DATABASES["owner"] = environment.database("DATABASE_URL")
# Other databases, and the companies whose books lie there (closing_site/placing.py). ``default`` is
# the one at which the process begins: home for the web, any for a command or a worker.
_PLACES = environment.places("CLOSING_DATABASES")
_OWNERS = environment.places("CLOSING_OWNER_DATABASES")
environment.require_apart(DATABASES["default"], _PLACES)
CLOSING_PLACES = {name: place.codes for name, place in _PLACES.items()}
CLOSING_AT = environment.place("CLOSING_AT", _PLACES)
DATABASES |= {name: place.database for name, place in _PLACES.items()}
if CLOSING_AT != "home":
    DATABASES |= {"home": DATABASES["default"], "default": DATABASES[CLOSING_AT]}
    DATABASES.pop("owner", None)
    if CLOSING_AT in _OWNERS:
        DATABASES["owner"] = _OWNERS[CLOSING_AT].database
    elif CLOSING_SINGLE_ROLE:
        DATABASES["owner"] = {**DATABASES["default"]}
# Of each web process, which alone pools: a connection for each of its four threads, and as many
# again for progress shown while they work. While the database moves to its standby nobody waits
# long, and each request retries: the pool alone would back off further each time, and be late.
CLOSING_POOL = {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 1}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "companies.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "closing_site.companies.backends.PasswordBackend",
]
# Everyone knows the passwords of the demo company's people.
DEMO_CAN_SIGN_IN = DEBUG
# No rule says of which signs a password is made: length is worth more.
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "closing_site.companies.passwords.ContextWordsValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
AXES_HANDLER = "closing_site.companies.lockout.LockoutHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Both together: one person's typing errors lock out neither their office nor their name elsewhere.
# What one address tries on many names, and many addresses on one name, is limited besides:
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
LOCKOUT_NAMES_PER_ADDRESS = 10
LOCKOUT_FAILURES_PER_NAME = 30
# Who goes on trying while they are locked out does not wait longer for it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "closing_site.companies.views.locked_out"
# X-Forwarded-For is believed of these alone: anyone else could name any address.
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
AXES_CLIENT_IP_CALLABLE = "closing_site.companies.client_address.client_address"
# Never kept with a failed attempt, beside "password" itself.
AXES_SENSITIVE_PARAMETERS = ["old_password", "new_password1", "new_password2", "password_again"]

# Sent by nobody where there is no host. STARTTLS and TLS check the server's certificate.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "").strip()
EMAIL_SECURITY = environment.choice(
    "EMAIL_SECURITY", of=("starttls", "tls", "none"), default="starttls"
)
EMAIL_PORT = environment.number("EMAIL_PORT", default=587, least=1, most=65_535)
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "").strip()
environment.require_secrecy(EMAIL_SECURITY, host=EMAIL_HOST, user=EMAIL_HOST_USER)
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "").strip()
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("EMAIL_FROM", "").strip()
EMAIL_TIMEOUT = 20
if not EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# A session ends this long after the last request, with the browser, and so long after sign-in.
SESSION_ENGINE = "closing_site.companies.sessions"
SESSION_COOKIE_AGE = 60 * environment.number(
    "SESSION_IDLE_MINUTES", default=480, least=1, most=10_080
)
SESSION_MOST = timedelta(
    hours=environment.number("SESSION_MOST_HOURS", default=24, least=1, most=720)
)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Codes of an authenticator app, and recovery codes; keys in the database are encrypted.
MFA_ADAPTER = "closing_site.companies.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Sales close"
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
ACCOUNT_EMAIL_VERIFICATION = "none"
# Approving, locking and reopening ask for the password again when it was given longer ago.
PASSWORD_AGAIN_AFTER = timedelta(minutes=15)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
# ./run compiles into the first, because the checkout may be read-only.
LOCALE_PATHS = [CLOSING_VAR / "locale", BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# WhiteNoise serves straight from the apps' own folders, so that there is nothing to collect.
# From the root: the address of a page may begin with its company.
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# Else its files would be for every other site's scripts.
WHITENOISE_ALLOW_ALL_ORIGINS = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # Bootstrap draws its icons from data: addresses.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# An order of a thousand lines is one form, with eight fields a line.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
MESSAGE_TAGS = {ERROR: "danger"}
CLOSING_MAX_UPLOAD_MB = environment.number("CLOSING_MAX_UPLOAD_MB", default=64, least=1, most=1_024)
MESSAGE_STORAGE = "closing_site.pages.message_storage.MessageStorage"
# The prefix: a browser takes such a cookie over TLS only, and from no neighbouring subdomain.
SESSION_COOKIE_NAME = "sessionid" if DEBUG else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if DEBUG else "__Host-csrftoken"
LANGUAGE_COOKIE_NAME = "language" if DEBUG else "__Host-language"
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
LANGUAGE_COOKIE_SECURE = not DEBUG
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "closing_site.companies.signed_out.token_refused"
SECURE_SSL_REDIRECT = not DEBUG
# A load balancer asks for health over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^livez$", r"^metrics$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.flag("HSTS_SUBDOMAINS") and not DEBUG
# W005 and W021 want HSTS for all subdomains, preloaded: only the domain's owner can promise that.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "noted": {"()": "closing_site.observing.context.NotedFilter"},
        # Not being well is an answer of /healthz, asked for every few seconds, and no error of its
        # own.
        "not_health": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: (
                getattr(getattr(record, "request", None), "path", "") != "/healthz"
            ),
        },
    },
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "closing_site.observing.log_lines.LineFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": CLOSING_LOG,
            "filters": ["not_health", "noted"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # A line for each request and job; at a terminal they would hide what matters.
        "closing": {"level": "INFO" if CLOSING_LOG == "json" else "WARNING"},
    },
}
