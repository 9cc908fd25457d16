"""The one settings file. Machines differ by their environment only (.env.example lists all of it)."""

from pathlib import Path
from typing import Any

import environ
from django.urls import reverse_lazy

from config import checks, desk, env, introduction, logging

ROOT = Path(__file__).resolve().parent.parent
SHOP_ENV = env.text("SHOP_ENV", "local", choices=("local", "production"))
PRODUCTION = SHOP_ENV == "production"
DEBUG = env.flag("DEBUG", False)

# -- Who we are, as customers read it ------------------------------------------------------------
SHOP_NAME = env.text("SHOP_NAME", "Regimen")
SHOP_URL = env.web_address("SHOP_URL", "" if PRODUCTION else "http://127.0.0.1:8000")
# Where Stripe sends the browser afterwards; Stripe fills in the session's id.
CHECKOUT_SUCCESS_URL = env.text(
    "CHECKOUT_SUCCESS_URL", f"{SHOP_URL}/checkout/done/?session_id={{CHECKOUT_SESSION_ID}}"
)
CHECKOUT_CANCEL_URL = env.text("CHECKOUT_CANCEL_URL", f"{SHOP_URL}/checkout/back/")
# Who gets mail about stock and deadlines; empty: everybody with the role that it concerns.
STAFF_EMAIL = env.words("STAFF_EMAIL")
# The part of its full price that a markdown never goes below.
MARKDOWN_FLOOR_PERCENT = env.number("MARKDOWN_FLOOR_PERCENT", 50, least=1, most=99)
# Where the shop window shows a product; {slug} is filled in. Empty: mails only name the product.
PRODUCT_PAGE_URL = env.text("PRODUCT_PAGE_URL", "")
SELLER = {
    "name": env.text("SELLER_NAME", "Regimen Skincare GmbH"),
    "street": env.text("SELLER_STREET", "Musterstraße 12"),
    "city": env.text("SELLER_CITY", "10115 Berlin"),
    "country": env.text("SELLER_COUNTRY", "DE"),
    "vat_id": env.text("SELLER_VAT_ID", "DE000000000"),
    "email": env.text("SELLER_EMAIL", "care@regimen.example"),
}

# -- Django ---------------------------------------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY", local="only-for-one-machine-" + "x" * 40, production=PRODUCTION)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "*")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "shop.User"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["config.formats"]
APPEND_SLASH = True
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "catalog",
    "orders",
    "payments",
    "shop",
]
MIDDLEWARE = [
    "config.middleware.RequestStory",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.content_policy.ContentPolicy",
    "config.middleware.Slashes",
    # Where people sign in, and nowhere else:
    "config.middleware.StaffSession",
    "config.middleware.StaffCsrf",
    "config.middleware.StaffAuthentication",
    "config.middleware.StaffMessages",
    "config.middleware.StaffFrames",
]
STAFF_PREFIX = "/admin/"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"crumbs": "config.crumbs"},
        },
    }
]
PASSWORD_HASHERS = ["shop.passwords.Argon2Lean"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# -- What a stranger may send -----------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes; the largest honest body is a checkout, about 2 kB
STAFF_UPLOAD_MAX_BYTES = 20_000_000  # a catalogue of 50,000 rows is about 12 MB
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = STAFF_PREFIX
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_TRUSTED_ORIGINS = [SHOP_URL] if SHOP_URL else []
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_SSL_REDIRECT = env.flag("HTTPS_ONLY", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes speak plain HTTP inside the house
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", False) else None

# -- PostgreSQL decides everything ------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": environ.Env.db_url_config(env.text("DATABASE_URL", "postgresql:///regimen"))
}
DATABASES["default"]["ENGINE"] = "config.postgres"
_options = DATABASES["default"].setdefault("OPTIONS", {})
_options["options"] = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "lock_timeout": "3s",
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "30s",
    }.items()
)
# Only what goes through `catalog.prepared` is prepared; PgBouncer before 1.21 cannot carry it.
_options["prepare_threshold"] = 1 if env.flag("DB_PREPARED", True) else None
if _pool := env.number("DB_POOL", 0, most=64):  # web only: Celery closes a pool around every task
    _options["pool"] = {"min_size": 1, "max_size": _pool, "timeout": 5}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if _template := env.text("TEST_TEMPLATE", ""):
    DATABASES["default"]["TEST"] = {"TEMPLATE": _template}

# -- Redis carries; the shop sells without it --------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "regimen",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE

# -- Stripe: with no address the real one, with no key the sandbox ------------------------------------
STRIPE_API_KEY = env.secret("STRIPE_API_KEY", local="sk_test_local_sandbox", production=PRODUCTION)
STRIPE_API_BASE = env.web_address(
    "STRIPE_API_BASE", "http://127.0.0.1:12580" if STRIPE_API_KEY == "sk_test_local_sandbox" else ""
)
STRIPE_WEBHOOK_SECRETS = [
    part.strip()
    for part in env.secret(
        "STRIPE_WEBHOOK_SECRETS", local="whsec_local_sandbox", production=PRODUCTION
    ).split(",")
]
STRIPE_TIMEOUT_S = env.number("STRIPE_TIMEOUT_S", 10, least=1, most=60)
STRIPE_LIVE = STRIPE_API_KEY.startswith(("sk_live_", "rk_live_"))
checks.refuse_wrong_keys(production=PRODUCTION, key=STRIPE_API_KEY, address=STRIPE_API_BASE)
checks.refuse_half_configured(production=PRODUCTION, shop_url=SHOP_URL, allowed_hosts=ALLOWED_HOSTS)

# -- Suppliers' feeds: hosts are named at the desk, what stands inside the house only here ------------
FEED_PRIVATE_NETWORKS = env.networks("FEED_PRIVATE_NETWORKS")
FEED_SECRETS = env.secrets("FEED_SECRET_")

# -- Mail, files ---------------------------------------------------------------------------------------
vars().update(environ.Env.email_url_config(env.text("EMAIL_URL", "smtp://127.0.0.1:1025")))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = f"{SHOP_NAME} <{SELLER['email']}>"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(ROOT / ".run" / "media")))
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "config" / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(ROOT / ".run" / "static")))
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# -- The API ---------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["config.api.JSON"],
    "DEFAULT_PARSER_CLASSES": ["config.api.JSONBody"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["config.api.Throttle"],
    "DEFAULT_THROTTLE_RATES": {
        "cart": env.text("THROTTLE_CART", "240/min"),
        "checkout": env.text("THROTTLE_CHECKOUT", "30/min"),
        "order": env.text("THROTTLE_ORDER", "120/min"),
        "label": env.text("THROTTLE_LABEL", "30/min"),
        "counts": env.text("THROTTLE_COUNTS", "120/min"),
        "alert": env.text("THROTTLE_ALERT", "10/min"),
        "incident": env.text("THROTTLE_INCIDENT", "10/min"),
    },
    "NUM_PROXIES": env.number("PROXIES", 0, most=9),
    "EXCEPTION_HANDLER": "config.problems.as_problem",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = introduction.SPECTACULAR

# -- The admin, the log ------------------------------------------------------------------------------------
LOGIN_URL = reverse_lazy("admin:login")
UNFOLD = desk.UNFOLD
LOGGING_CONFIG = None
logging.set_up(
    json_lines=PRODUCTION, level=env.text("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
)
