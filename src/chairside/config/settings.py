"""Django's settings. What a site may choose is in environment.py; everything here is the same everywhere."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from chairside.config import environment
from chairside.config.databases import django_database

ENVIRONMENT = environment.load(os.environ)
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
DEMO = ENVIRONMENT.mode == "demo"
TESTING = ENVIRONMENT.mode == "test"
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
BASE_URL = ENVIRONMENT.base_url

APPS = [
    *("organizations", "audit", "people", "formulary", "intake", "coverage", "plans", "clearance"),
    *("scheduling", "stock", "visit", "charges", "guide", "chart", "interop", "reports"),
]
INSTALLED_APPS = [
    "chairside.web",
    *(f"chairside.apps.{name}" for name in APPS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_cotton",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "chairside.web.health.liveness",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "chairside.apps.people.middleware.LoginCookieMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "chairside.apps.people.middleware.SigningInMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chairside.apps.people.middleware.ActorMiddleware",
    "chairside.apps.people.device_middleware.DeviceMiddleware",
    "chairside.apps.people.middleware.SecondStepMiddleware",
    "chairside.web.addresses.ZeroCharacterMiddleware",
    "chairside.apps.formulary.middleware.UnreadableReleaseMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "chairside.config.urls"
ASGI_APPLICATION = "chairside.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chairside.web.navigation.page_context",
            ],
            "loaders": [
                "django_cotton.cotton_loader.Loader",
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
            "builtins": ["django_cotton.templatetags.cotton", "chairside.web.templatetags.chairside"],
        },
    }
]

DATABASES = {"default": django_database(ENVIRONMENT.database_url)}
if not TESTING:  # a request under ASGI has a thread of its own, so connections are kept in a pool, not by thread
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 16, "timeout": 10}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SERIALIZATION_MODULES: dict[str, str] = {}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "chairside.apps.people.adapter.StaffAdapter"
ACCOUNT_SESSION_REMEMBER = False  # a workstation is shared
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Chairside"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_REQUIRED = not (DEMO or TESTING)  # for the roles of core.access.SECOND_STEP_ROLES
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "web/locked_out.html"
AXES_USERNAME_CALLABLE = "chairside.apps.people.lockout.login_name"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https:")
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "chairside.web.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if BASE_URL.startswith("https:") else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# What the import page takes at once; `chairside import` takes any size. The worker reads the files where the web app put them.
UPLOAD_ROOT = ENVIRONMENT.data_dir / "uploads"
UPLOAD_MOST_BYTES = 1024**3
UPLOAD_KEPT_DAYS = 7  # files of an import that stopped, for someone to let it go on
DATA_UPLOAD_MAX_NUMBER_FILES = 400

DOWNTIME_ROOTS = ENVIRONMENT.downtime_dirs  # what the floor works from on paper: best on two machines

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = DEBUG

# The demo's center is always mid-morning; tests and pictures fix the day. Production keeps the real time.
CLOCK_OFFSET_SECONDS = ENVIRONMENT.clock_offset

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
