"""What a WSGI server runs: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from deqing_search.web import create_app

app = create_app()
