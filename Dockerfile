# Two images: `shop` is what production runs; `dev` adds the local Stripe and the demo's goods.
FROM python:3.12.12-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt /tmp/
RUN /venv/bin/pip install --require-hashes --only-binary=:all: -r /tmp/requirements.txt


FROM python:3.12.12-slim-bookworm AS shop
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --home-dir /srv/shop --no-create-home shop \
    && install -d -o shop -g shop /srv/media /srv/static
WORKDIR /srv/shop
COPY --from=packages /venv /venv
COPY manage.py ./
COPY catalog catalog
COPY orders orders
COPY payments payments
COPY shop shop
COPY config config
# Names with hashes are made by production's storage only, so the settings must believe that this is production;
# none of these values outlives the line.
RUN SHOP_ENV=production SHOP_URL=https://build.invalid ALLOWED_HOSTS=build.invalid SECRET_KEY=build \
    STRIPE_API_KEY=sk_live_build STRIPE_WEBHOOK_SECRETS=whsec_build STATIC_ROOT=/srv/static \
    python manage.py collectstatic --no-input
ENV STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/media
USER shop
EXPOSE 8000
# The kill time-out bounds a SIGTERM that comes while a worker boots; back-pressure refuses what would only queue.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--backpressure", "64", "--no-ws", "--workers-kill-timeout", "5", \
     "config.wsgi:application"]


FROM shop AS dev
USER root
COPY requirements-dev.txt /tmp/
RUN /venv/bin/pip install --no-cache-dir --require-hashes --only-binary=:all: -r /tmp/requirements-dev.txt
COPY dev dev
USER shop
EXPOSE 12580
CMD ["python", "-m", "dev.stripe_sandbox"]


# Without --target, the last one is built: it must be what production runs.
FROM shop
