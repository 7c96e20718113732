"""The web face: `create_app` turns an engine into a WSGI application.

Owns the security headers, the error pages, and the order of the layers. Leaves finding to `search`, reading of
parameters to `parameters`, and the layout of a report to `report_layout`.

Every page is complete without JavaScript, sets no cookie, and loads nothing from another host.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from deqing_search import config, indexing
from deqing_search.engine.base import Viewer
from deqing_search.errors import DeqingError, IndexFault, TooCostly, UsageError
from deqing_search.store.permalinks import PermalinkStore
from deqing_search.web import (
    api,
    api_page,
    compression,
    downloads,
    excerpt_pages,
    feeds,
    i18n,
    indicator_pages,
    labels,
    metrics,
    pages,
    place_pages,
    pledge_pages,
    promise_pages,
    quotas,
    reading_pages,
    request_lanes,
    research,
    research_api,
    reuse_pages,
    templating,
    traditional,
    trend_pages,
    urls,
    verify,
)
from deqing_search.web.headers import LARGEST_BODY, refuse_broken_headers
from deqing_search.web.page_cache import PageCache
from deqing_search.web.page_data import Way
from deqing_search.web.parameters import query_text_if_valid, refuse_broken_address, search_if_valid
from deqing_search.web.source_view import Originals
from deqing_search.web.unused_parameters import refuse_unused, unused_conditions

log = logging.getLogger(__name__)

POLICY = "; ".join((
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
EVERYWHERE = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
YEAR = 365 * 24 * 3600
_REFUSALS = {400: "broken", 413: "size", 429: "quota", 503: "busy"}  # status → as it is counted


def _opened() -> Viewer:
    if named := config.named_index():
        return indexing.open_index(named)
    return indexing.open_or_build(config.index_dir(), config.seeds_dir())


def create_app(engine: Viewer | None = None, permalinks: PermalinkStore | None = None) -> Flask:
    """Build the application that answers from `engine`; the engine may still be without an index.

    Without one: from the index that `DEQING_INDEX` names, else from the default one, which is built from the seeds if
    there is none. `permalinks` knows where old links lead; without one, that of the same index.
    """
    app = Flask(__name__)
    app.config["ENGINE"] = engine or _opened()
    app.config["PERMALINKS"] = permalinks or PermalinkStore(config.index_dir())
    app.config["ORIGINALS"] = Originals()
    app.config["ADDRESSES_IN_SITEMAP"] = feeds.MOST_ADDRESSES
    app.config["OCCURRENCES_FOR_COLLOCATES"] = research.SAMPLE
    for blueprint in (
        reading_pages.pages,
        trend_pages.figures,
        excerpt_pages.excerpts,
        research.research,
        feeds.feeds,
        indicator_pages.indicators,
        place_pages.place_pages,
        pledge_pages.pledge_pages,
        promise_pages.promise_pages,
        research_api.api,
        verify.quotes,
        api_page.api_pages,
        reuse_pages.reuse_pages,
    ):
        app.register_blueprint(blueprint)
    downloads.install(app)
    templating.install(
        app,
        {
            "query_string": urls.query_string,
            "url_for": urls.url_for,
            "asset": _asset_addresses(Path(str(app.static_folder))),
            "absolute": urls.absolute,
            "here": urls.here,
            "address_on_paper": urls.address_on_paper,
            "report_name": labels.report_name,
            "this_page": urls.this_page,
            "search_if_valid": search_if_valid,
            "unused_conditions": unused_conditions,
        },
    )
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.wsgi_app = PageCache(app.wsgi_app, app.config["ENGINE"], metrics.watch(app))  # type: ignore[method-assign]
    if proxies := config.proxies():
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.before_request(refuse_broken_headers)
    app.before_request(refuse_broken_address)
    app.before_request(refuse_unused)
    quotas.install(app, config.client_seconds(), config.limit_store())
    request_lanes.install(app, config.request_seconds())
    app.after_request(compression.compress)  # runs last: what is compared and tagged is the plain page
    app.after_request(_guard)
    app.after_request(_convert_script)  # runs before _guard, which names the content
    app.register_error_handler(HTTPException, _http_error_page)
    app.register_error_handler(DeqingError, _fault_page)
    app.register_error_handler(Exception, _crash_page)
    return app


def _asset_addresses(folder: Path) -> Callable[[str], str]:
    """Addresses of static files. They carry a digest of the file, so that browsers may keep it for a year."""
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in folder.iterdir()}
    return lambda name: urls.url_for("static", filename=name, v=digests[name])


def _convert_script(response: Response) -> Response:
    """Convert the page for readers of traditional characters, and say in `Vary` what the language depends on."""
    is_page = response.mimetype == "text/html" and response.status_code not in (301, 302, 304)
    if is_page and i18n.language() == "zh-Hant":
        response.set_data(traditional.in_traditional(response.get_data(as_text=True)))
    if i18n.was_used():
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _guard(response: Response) -> Response:
    """Set the headers of every answer that it has not set itself, and let browsers revalidate pages cheaply."""
    for name, value in EVERYWHERE:
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code in (200, 304):
        caching = f"public, max-age={YEAR}, immutable" if "v" in request.args else "public, max-age=3600"
        response.headers["Cache-Control"] = caching
    elif response.status_code != 200:
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response


def _http_error_page(error: HTTPException) -> AnyResponse:
    """Errors get a page and keep the headers that say what is allowed, and when. Redirections stay as they are."""
    if error.code is None or error.code < 400:
        return error.get_response(request.environ)
    if error.code in _REFUSALS:
        metrics.note_refusal(_REFUSALS[error.code])
    page = _error_answer(error.code, labels.reason(error), labels.heading(error), ways=getattr(error, "ways", ()))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        page.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if retry_after := getattr(error, "retry_after", None):
        page.headers["Retry-After"] = str(retry_after)
    return page


def _error_answer(code: int, reason: str, heading: str, *, hint: str = "", ways: Sequence[Way] = ()) -> Response:
    """A page for readers, problem details for programs."""
    if api.is_asked():
        return api.problem(code, heading, reason, hint)
    return pages.error_page(code, reason, heading=heading, hint=hint, ways=ways)


def _fault_page(error: DeqingError) -> Response:
    """An expected fault keeps its own message: 400 if the request is wrong, 503 if the index cannot be used."""
    wrong = isinstance(error, UsageError)
    code = 400 if wrong else 503 if isinstance(error, IndexFault) else 500
    if wrong:
        metrics.note_refusal("computing" if isinstance(error, TooCostly) else _REFUSALS[400])
    else:
        log.error("fault while answering %s: %s", request.path, error)
    reason, hint = labels.refusal(error, query_text_if_valid()) if wrong else labels.fault(error)
    if isinstance(error, TooCostly):
        return _error_answer(code, reason, labels.TOO_COSTLY, hint=labels.narrower(error, request.path))
    return _error_answer(code, reason, labels.HEADINGS[code], hint=hint)


def _crash_page(error: Exception) -> Response:
    """A bug is logged with its traceback and shown without it."""
    log.error("crash while answering %s", request.path, exc_info=error)
    return _error_answer(500, labels.REASONS[500], labels.HEADINGS[500])
