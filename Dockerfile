# The service for a real PostgreSQL (see compose.yaml). Without DATABASE_URL it runs the embedded one in its volume.

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/venv
WORKDIR /srv/tongguan
# The lock first: code changes more often, and its layers are rebuilt without downloading anything again.
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --require-hashes --only-binary=:all: -r requirements.lock
COPY pyproject.toml requirements.in ./
COPY migrations ./migrations
COPY app ./app
RUN /opt/venv/bin/pip install --no-deps --no-build-isolation --editable . \
    && /opt/venv/bin/python -m compileall -q app migrations

FROM python:3.12-slim-bookworm
RUN groupadd --gid 10001 tongguan \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/tongguan --shell /usr/sbin/nologin tongguan \
    && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/tongguan /keys
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/tongguan /srv/tongguan
ENV PATH="/opt/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    TONGGUAN_HOME=/var/lib/tongguan \
    TONGGUAN_HOST=0.0.0.0 \
    TONGGUAN_PORT=8000
USER 10001:10001
WORKDIR /srv/tongguan
VOLUME ["/var/lib/tongguan", "/keys"]
EXPOSE 8000
STOPSIGNAL SIGTERM
# No curl in a slim image; Python is there anyway.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['TONGGUAN_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["tongguan"]
CMD ["serve"]
