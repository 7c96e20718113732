"""What a WSGI server runs: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from deqing_search import config, indexing
from deqing_search.web import create_app

app = create_app(indexing.open_index(config.index_dir()))  # ENGINE: one that follows the generation in use
