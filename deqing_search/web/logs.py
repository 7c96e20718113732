"""The log of the site as JSON lines: one for each request, one for each error.

`DEQING_LOG=json` turns it on. What people look for is not logged, unless `DEQING_LOG=json+queries` asks for it; neither
are addresses of clients. Control characters from outside are escaped, as JSON demands.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from deqing_search import config
from deqing_search.text.controls import HarmlessLog

if TYPE_CHECKING:
    from deqing_search.web.metrics import Answered

_requests: Final = logging.getLogger("deqing_search.requests")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """
        >>> record = logging.LogRecord("deqing_search", logging.ERROR, "", 0, "torn\\nline", None, None)
        >>> json.loads(JsonLines().format(record))["message"]
        'torn\\nline'
        """
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": os.getpid(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        said |= getattr(record, "request", {})
        return json.dumps(said, ensure_ascii=True)


def are_json() -> bool:
    """Whether the settings ask for lines of JSON."""
    return config.log_format().startswith("json")


def install() -> None:
    """Log to stderr, as JSON lines if the settings say so."""
    if not are_json():
        HarmlessLog.install()
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("deqing_search")
    logger.handlers, logger.propagate = [handler], False
    _requests.setLevel(logging.INFO)


def write(answered: Answered, environ: Mapping[str, Any]) -> None:
    """Log one answer."""
    if not _requests.isEnabledFor(logging.INFO):
        return
    said: dict[str, Any] = {
        "method": environ.get("REQUEST_METHOD", ""),
        "page": answered.page,
        "status": answered.status,
        "ms": round(answered.seconds * 1000, 1),
    }
    if answered.search:
        said |= {"mode": answered.search.mode, "found": answered.search.found}
    if answered.refused:
        said["refused"] = answered.refused
    if config.log_format().endswith("+queries"):
        said |= {"path": environ.get("PATH_INFO", ""), "query": environ.get("QUERY_STRING", "")}
    _requests.info("request", extra={"request": said})
