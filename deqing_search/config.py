"""Where files are on this machine, and the settings that the environment gives."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

DATA: Final = Path(__file__).parent / "data"  # tables that travel with the package

POINTER: Final = "current.json"  # in the folder of an index: names the generation in use
GENERATION: Final = "generation-"  # what the names of its folders begin with


def data_rows(name: str) -> list[str]:
    """The rows of a table in `data/`, without its comments and empty lines."""
    # Not splitlines(): the fold table has characters that it takes for line ends.
    return [row for row in (DATA / name).read_text("utf-8").split("\n") if row and not row.startswith("# ")]


def cache_dir() -> Path:
    """Where files that can be made again are kept: `DEQING_CACHE`, else the user's cache directory."""
    if given := os.environ.get("DEQING_CACHE"):
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG rule: a path that is not absolute is to be ignored.
    return (Path(base) if os.path.isabs(base) else Path("~/.cache").expanduser()) / "deqing-search"


def checkout() -> Path | None:
    """The folder that has both `seeds/` and `index/`: the current one, else the one of this code, else none."""
    for folder in (Path.cwd(), Path(__file__).resolve().parent.parent):
        if (folder / "seeds").is_dir() and (folder / "index").is_dir():
            return folder
    return None


def named_index() -> Path | None:
    """The index that `DEQING_INDEX` names. A named index that does not exist is a mistake and is not built."""
    given = os.environ.get("DEQING_INDEX")
    return Path(given) if given else None


def index_dir() -> Path:
    """Where the index is kept: `DEQING_INDEX`, else `index/` of the checkout, else the user's data folder."""
    if named := named_index():
        return named
    if folder := checkout():
        return folder / "index"
    return user_data() / "index"


def user_data() -> Path:
    """The user's data folder for this program."""
    from platformdirs import user_data_path  # imported where it is needed: most processes name the index

    return user_data_path("deqing-search", appauthor=False)


def seeds_dir() -> Path:
    """What is indexed when nothing is named: `DEQING_SEEDS`, else `seeds/` of the checkout, else of the package."""
    if given := os.environ.get("DEQING_SEEDS"):
        return Path(given)
    return (checkout() or Path(__file__).parent) / "seeds"


class FileLimits(NamedTuple):
    """What reading one file may use. Two of the times are those of one page where a file has pages."""

    processor_seconds: int
    seconds: int  # by the clock
    memory: int  # bytes of address space
    all_seconds: int  # by the clock, for the whole file


def file_limits() -> FileLimits:
    """`DEQING_FILE_SECONDS`, `…_WAIT`, `…_MEMORY` (in megabytes) and `…_TOTAL`, else 30, 300, 2048 and 3600."""
    return FileLimits(
        _positive(os.environ.get("DEQING_FILE_SECONDS", ""), 30),
        _positive(os.environ.get("DEQING_FILE_WAIT", ""), 300),
        _positive(os.environ.get("DEQING_FILE_MEMORY", ""), 2048) << 20,
        _positive(os.environ.get("DEQING_FILE_TOTAL", ""), 3600),
    )


def _positive(given: str, default: int) -> int:
    """A setting that is a number above 0, else its default."""
    return int(given) if given.isdecimal() and int(given) else default


def memory_bytes() -> int:
    """How much memory results of queries may take: `DEQING_MEMORY` in megabytes, else 64. With 0 nothing is cached."""
    given = os.environ.get("DEQING_MEMORY", "")
    return (int(given) if given.isdecimal() else 64) << 20


def request_seconds() -> float:
    """Seconds of computing that one request may use: `DEQING_REQUEST_SECONDS`, else 5."""
    return _number(os.environ.get("DEQING_REQUEST_SECONDS"), 5) or 5


def client_seconds() -> float:
    """Seconds of computing that one client may use in a minute: `DEQING_CLIENT_SECONDS`, else 20; 0 is no limit."""
    return _number(os.environ.get("DEQING_CLIENT_SECONDS"), 20)


def limit_store() -> str:
    """Where the computing of clients is counted: `DEQING_LIMIT_STORE`, else the memory of each process."""
    return os.environ.get("DEQING_LIMIT_STORE") or "memory://"


def proxies() -> int:
    """How many proxies in front are trusted to name the client: `DEQING_PROXIES`, else 0."""
    return int(_number(os.environ.get("DEQING_PROXIES"), 0))


def log_format() -> str:
    """How the site logs: `DEQING_LOG`, `json` or `json+queries`; else only errors, as text."""
    return os.environ.get("DEQING_LOG", "")


def _number(given: str | None, default: float) -> float:
    return float(given) if given and given.replace(".", "", 1).isdecimal() else default


def engine_address() -> str:
    """The cluster that has the index: `DEQING_ENGINE`, as opensearch://host:9200/name; "" for the embedded engine."""
    return os.environ.get("DEQING_ENGINE", "")


def cluster_shards() -> int:
    """Into how many shards a new generation is divided in the cluster: `DEQING_OPENSEARCH_SHARDS`, else 1."""
    return _positive(os.environ.get("DEQING_OPENSEARCH_SHARDS", ""), 1)


def use_engine(address: str) -> None:
    """Set `DEQING_ENGINE` for this process and those that it starts."""
    os.environ["DEQING_ENGINE"] = address


def workers() -> str:
    """Who reads the files to index: `DEQING_WORKERS`, a number of processes of this machine or tcp://host:port of a
    scheduler; else one process for each processor.
    """
    return os.environ.get("DEQING_WORKERS", "")


def use_workers(given: str) -> None:
    """Set `DEQING_WORKERS` for this process and those that it starts."""
    os.environ["DEQING_WORKERS"] = given


def scheduler() -> str:
    """The scheduler whose workers read files, as tcp://host:port, from `DEQING_WORKERS`; "": this machine does."""
    return workers() if "://" in workers() else ""


def processes() -> int:
    """How many processes read files at most: `DEQING_WORKERS` where it is a number, else one for each processor."""
    return _positive(workers(), os.cpu_count() or 1)


def mcp_token() -> str:
    """What programs must send to the server of MCP over HTTP: `DEQING_MCP_TOKEN`, else nothing."""
    return os.environ.get("DEQING_MCP_TOKEN", "")


def site_url() -> str:
    """The beginning of every link that is printed: `DEQING_URL`, else nothing."""
    return os.environ.get("DEQING_URL", "").rstrip("/")
