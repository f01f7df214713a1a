"""Django's settings. What differs between machines comes from the environment (docs/operating.md)."""

import datetime as dt
import os
from pathlib import Path

from headquarters import config

ROOT = Path(__file__).resolve().parent.parent
config.check_names(os.environ)
DATA = config.data_dir(os.environ)
SECRET_KEY = config.secret_key(DATA)
DEBUG = False

# Loopback by default; an office names its hosts, and says when TLS ends in front of this server.
BEHIND_TLS = config.flag(os.environ, "HEADQUARTERS_TLS")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *config.words(os.environ, "HEADQUARTERS_HOSTS")]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in config.words(os.environ, "HEADQUARTERS_HOSTS")]
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_SSL_REDIRECT = True
    # A browser takes such a cookie from this very host only, over TLS: no neighbour in the domain sets one.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
# Machines are not led along: a tablet or another system that speaks plain HTTP is to be mended.
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^healthz$", r"^readyz$", r"^metrics$"]
# Whether every browser in the world shall know the domain is its owner's to decide, not a program's on it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# Twelve hours from signing in, whatever one does; one hour from the last page asked for.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE = dt.timedelta(hours=1)
# A bundle from a USB stick and its form; nginx says the same (packaging/headquarters/nginx.conf).
MOST_REQUEST_BYTES = 16 * 1024 * 1024
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_htmx",
    "headquarters.offices",
    "headquarters.audit",
    "headquarters.accounts",
    "headquarters.documents",
    "headquarters.tablets",
    "headquarters.ratings",
    "headquarters.alerts",
    "headquarters.privacy",
    "headquarters.cases",
    "headquarters.indicators",
    "headquarters.letters",
    "headquarters.reports",
    "headquarters.api",
    "headquarters.citizens",
    "headquarters.demo",
    "headquarters.operations",
    "headquarters.web",
]
MIDDLEWARE = [
    "headquarters.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "headquarters.web.middleware.Bounded",
    "headquarters.web.packing.PackedFiles",
    "headquarters.web.packing.PackedPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "headquarters.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "headquarters.accounts.middleware.LastSeen",
    "headquarters.accounts.middleware.Exports",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "headquarters.urls"
WSGI_APPLICATION = "headquarters.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": config.database(os.environ.get("DATABASE_URL", ""), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
] + [{"NAME": "headquarters.accounts.passwords.OwnWords"}]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
# Together: a stranger elsewhere cannot lock a leader out by guessing at the name.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "headquarters.web.views.locked_out"
AXES_RESET_ON_SUCCESS = True
# Behind the proxy everybody has its address: then one stranger would lock everybody out.
AXES_CLIENT_IP_CALLABLE = "headquarters.wire.address"
# A second proof at sign-in (TOTP) from whoever has rights over others, accounts, tablets or contact data.
_TOTP = config.choice(os.environ, "HEADQUARTERS_TOTP", ("required", "optional", "everyone"))
SECOND_FACTOR_REQUIRED, SECOND_FACTOR_FOR_EVERYONE = _TOTP != "optional", _TOTP == "everyone"
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "/sign-in/", "/", "/sign-in/"

# What tablets send, in each worker: (how many, within seconds). Beyond it 429, and a tablet waits.
WIRE_LIMITS = {
    # Requests without a good signature, by address. A whole province may be behind one address, and a tablet
    # that is refused asks again after an hour: hundreds an hour, never ten a second.
    "strange": (600, 60),
    # Signed requests of one tablet. It sends one batch at a time and waits for the reply: on the fastest line
    # some fifty a second, while it empties a long queue.
    "sent": (6000, 60),
}

# The pages of a citizen's phone: (how many, within). An office's Wi-Fi is one address, and so is a whole
# district's mobile network: an address may do much. A desk serves a person every few minutes.
CITIZEN_LIMITS = {
    # Four times what the busiest desk can serve: stops whoever scans code after code to move the figures.
    "phone-tablet": (120, dt.timedelta(hours=1)),
    # Six such desks behind one address.
    "phone-address": (720, dt.timedelta(hours=1)),
    # Tokens that nobody made. 2^64 HMACs at this rate: never.
    "phone-wrong": (60, dt.timedelta(minutes=15)),
    # Codes that are well formed and unknown: guesses, or a tablet that is offline and its citizens.
    "lookup-wrong": (60, dt.timedelta(minutes=15)),
    # Faces tapped and words sent with one code: one person who changes their mind, not a script.
    "lookup-said": (20, dt.timedelta(hours=1)),
}

# What alerts tell people and other systems (docs/operating.md).
globals().update(config.mail(os.environ))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = config.mail_from(os.environ)
PUBLIC_URL = config.public_url(os.environ)
WEBHOOKS_PRIVATE = config.flag(os.environ, "HEADQUARTERS_WEBHOOKS_PRIVATE")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "headquarters" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [
    (prefix, folder)
    for prefix, folder in (
        ("npm/echarts", ROOT / "node_modules" / "echarts" / "dist"),
        ("npm/echarts-i18n", ROOT / "node_modules" / "echarts" / "i18n"),
        ("fonts", ROOT / "assets" / "fonts"),
    )
    if folder.is_dir()
]
# Served from where they lie: no collecting step that can be forgotten.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
# A font never changes under its name, and a citizen's phone should fetch it once.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/fonts/.+\.ttf$"

# Who may read /metrics from elsewhere than this machine, and when /readyz says that the disk is too full.
METRICS_TOKEN = config.token(os.environ, "HEADQUARTERS_METRICS_TOKEN")
LEAST_FREE_MB = config.number(os.environ, "HEADQUARTERS_LEAST_FREE_MB", 500, 10**9)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "headquarters.operations.logs.Line"},
        "json": {"()": "headquarters.operations.logs.Json"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": config.choice(os.environ, "HEADQUARTERS_LOG", ("line", "json")),
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # Its warnings quote the values of a statement that failed behind another failure.
        "psycopg": {"level": "ERROR"},
    },
}
