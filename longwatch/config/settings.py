# SPDX-License-Identifier: Apache-2.0
"""Django's settings, all derived from the environment (see `longwatch doctor --settings`)."""

from pathlib import Path
from urllib.parse import urlsplit

from longwatch.config import identity_providers, traces
from longwatch.config.logging import logging_settings
from longwatch.config.mail import mail_settings
from longwatch.core import environment
from longwatch.core.environment import current
from longwatch.core.postgres.address import APP, OWNER, address
from longwatch.core.postgres.django import database_settings

ENV = current()
PACKAGE = Path(__file__).resolve().parent.parent
HTTPS = urlsplit(ENV.base_url).scheme == "https"
MEGABYTE = 1_000_000

DEBUG = ENV.flag(environment.DEBUG)
SECRET_KEY = ENV.secret_key
BASE_URL = ENV.base_url
DATA_DIRECTORY = ENV.data
ALLOWED_HOSTS = sorted(
    {"localhost", "127.0.0.1", "[::1]", urlsplit(BASE_URL).hostname or "localhost", *ENV.names(environment.HOSTS)}
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
ROOT_URLCONF = "longwatch.config.urls"
ASGI_APPLICATION = "longwatch.config.asgi.application"
AUTH_USER_MODEL = "access.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = None

PACKAGES = (
    "access", "ledger", "web", "records", "entities", "evidence", "intake", "grouping", "enrichment", "incidents",
    "cases", "exchange", "lifecycle", "search", "integrity",
)  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Before allauth: our templates stand in for its own.
    *(f"longwatch.{name}" for name in PACKAGES),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "longwatch.config.problems.ProblemAnswers",
    "longwatch.web.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "longwatch.web.whole.WholePages",
    "longwatch.web.second_factor.RequireSecondFactor",
    # Last: it runs the view itself, inside one transaction.
    "longwatch.web.acting.ActorMiddleware",
]

if traces.are_made():
    MIDDLEWARE.insert(0, "longwatch.config.traced_requests.Routes")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "longwatch.web.context.shell",
            ],
        },
    }
]

# --- Database: pages as the application role, migrations as the owner.

_ADDRESS = address(ENV)
DATABASES = {
    "default": database_settings(_ADDRESS, APP, pool_size=ENV.number(environment.POOL_SIZE)),
    "owner": database_settings(_ADDRESS, OWNER),
}

# --- People.

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "longwatch.config.accounts.ClosedSignUp"
ACCOUNT_FORMS = {
    "login": "longwatch.config.account_forms.SignInForm",
    "reauthenticate": "longwatch.config.account_forms.ConfirmForm",
    "change_password": "longwatch.config.account_forms.ChangeForm",
    "set_password": "longwatch.config.account_forms.FirstPasswordForm",
    "reset_password": "longwatch.config.account_forms.ResetForm",
    "reset_password_from_key": "longwatch.config.account_forms.NewPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # Accounts are made by an administrator.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme
# Failed attempts are counted by longwatch.access.services.throttling, which is exact under concurrency.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "100/m/ip,100/m/key",
    "reset_password": "5/m/ip,3/h/key",
}
LOCAL_SIGN_IN = ENV.choice(environment.LOCAL_SIGN_IN, frozenset({"on", "administrators"}))
IDENTITY_PROVIDERS = identity_providers.read(ENV.text(environment.IDENTITY_PROVIDERS))
SOCIALACCOUNT_PROVIDERS = identity_providers.allauth_settings(IDENTITY_PROVIDERS)
SOCIALACCOUNT_ADAPTER = "longwatch.config.single_sign_on.SingleSignOn"
SOCIALACCOUNT_LOGIN_ON_GET = True  # By a link: a form may not lead to another host (form-action).
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
REQUIRE_MFA_ROLES = frozenset(ENV.names(environment.REQUIRE_MFA_ROLES))
MFA_ADAPTER = "longwatch.config.second_factors.Factors"
MFA_FORMS = {
    "authenticate": "longwatch.config.second_factors.SignInCodeForm",
    "reauthenticate": "longwatch.config.second_factors.ConfirmCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # A passkey stands for password and second factor.
MFA_TOTP_TOLERANCE = 1
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENV.flag(environment.PROXIES) else 0
# Several processes must agree on rate limits, and on which codes were used.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

SESSION_ENGINE = "longwatch.access.sessions"
# Browsers take a cookie of this prefix only over TLS, from this very host, for all of it.
_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_HOST}longwatch_session"
SESSION_COOKIE_AGE = ENV.number(environment.SESSION_HOURS) * 60 * 60
SESSION_IDLE_SECONDS = ENV.number(environment.IDLE_MINUTES) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
FORM_RENDERER = "longwatch.web.forms.LongwatchRenderer"
CSRF_FAILURE_VIEW = "longwatch.web.stale_form.csrf_failure"
CSRF_COOKIE_NAME = f"{_HOST}longwatch_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS

# --- Browser and proxy.

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # The proxy that holds the certificate redirects.
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # The rest of the domain is not ours to decide.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.flag(environment.PROXIES) else None
USE_X_FORWARDED_HOST = False

# --- Uploads stream to disk; only small files stay in memory.

MAX_UPLOAD_BYTES = ENV.number(environment.MAX_UPLOAD_MB) * MEGABYTE
DATA_UPLOAD_MAX_MEMORY_SIZE = ENV.number(environment.MAX_REQUEST_MB) * MEGABYTE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
# Beside the evidence, so that a finished upload is renamed into place instead of copied.
FILE_UPLOAD_TEMP_DIR = DATA_DIRECTORY / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o600
EVIDENCE_DIRECTORY = DATA_DIRECTORY / "evidence"
EXPORT_DIRECTORY = DATA_DIRECTORY / "exports"
EVIDENCE_STORE = ENV.text(environment.EVIDENCE_STORE)
PREVIEW_BYTES = ENV.number(environment.PREVIEW_MB) * MEGABYTE
MALWARE_PASSWORD = ENV.text(environment.MALWARE_PASSWORD)
MAX_RESUMABLE_BYTES = ENV.number(environment.MAX_RESUMABLE_MB) * MEGABYTE

# --- Words and time.

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("de", "Deutsch"), ("fr", "Français")]
LANGUAGE_COOKIE_NAME = f"{_HOST}longwatch_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS

# --- Static files: served beside Django (static.py), which only names them.

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIRECTORY / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # Evidence has a store of its own.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}
SERVESTATIC_MANIFEST_STRICT = False
SERVESTATIC_KEEP_ONLY_HASHED_FILES = True

# --- Mail, jobs, API, log.

# The demo makes this folder, so that what it sends does not hide what it says.
_MAIL = DATA_DIRECTORY / "mail"
for _name, _value in mail_settings(ENV.text(environment.EMAIL_URL), folder=_MAIL if _MAIL.is_dir() else None).items():
    globals()[_name] = _value
DEFAULT_FROM_EMAIL = ENV.text(environment.EMAIL_FROM)
EMAIL_SUBJECT_PREFIX = ""
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
NINJA_SKIP_REGISTRY = True
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_settings(ENV)
TEST_RUNNER = "django.test.runner.DiscoverRunner"
