"""The site for a WSGI server other than `search-cli serve`: `gunicorn wsgi:app`, `waitress-serve wsgi:app`."""

import os

# Before numpy is loaded: it would start a thread a core to multiply matrices, and nothing here multiplies any.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from deqing_search.web import create_app, logs

logs.install()
app = create_app()
