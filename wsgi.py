"""What a WSGI server runs: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

import os

# Before numpy is loaded: it would start a thread a core to multiply matrices, and nothing here multiplies any.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from deqing_search.web import create_app

app = create_app()
