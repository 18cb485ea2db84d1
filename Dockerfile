FROM python:3.12-slim

RUN useradd --system --uid 10001 --home-dir /data pathways && install --directory --owner=pathways --mode=700 /data \
 && install --directory --owner=pathways --mode=700 /data/pathways-receipt-keys
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY loaders loaders
COPY cypher cypher
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --no-deps --no-build-isolation .

ENV PYTHONUNBUFFERED=1
USER pathways
# The folder of the receipt keys, and of the embedded graph without Neo4j: mount a volume here to keep both.
WORKDIR /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["pathways"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
