# syntax=docker/dockerfile:1
# The portal's one image: web, worker, beat and the migration differ only in their command.

FROM python:3.12-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /app
COPY script/uv.txt requirements.txt ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --require-hashes -r uv.txt \
    && VIRTUAL_ENV=/opt/venv uv pip install --no-cache --require-hashes -r requirements.txt
COPY . .
# Translations and static files are made here; the values are for this step only.
RUN /opt/venv/bin/python script/messages --compile \
    && DJANGO_SETTINGS_MODULE=qms.settings.production \
       QMS_SECRET_KEY=only-for-the-build QMS_FIELD_KEYS=only-for-the-build \
       QMS_ALLOWED_HOSTS=build QMS_PUBLIC_URL=https://build \
       QMS_DATABASE_URL=postgres://build/build QMS_REDIS_URL=redis://build/0 QMS_DATA_DIR=/tmp/build \
       /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf tests script/test .ci \
    && python -m compileall -q .

FROM python:3.12-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp \
    DJANGO_SETTINGS_MODULE=qms.settings.production \
    QMS_DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "deploy/probe.py", "web"]
CMD ["python", "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", "0.0.0.0:8000"]
