"""Talks to an OpenSearch cluster: address, TLS and user, retries, and messages for users about errors.

`Connection` sends requests; every other module of this room goes through it. If a shard does not
answer, the request fails; it never returns a part of the answer.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from opensearchpy import OpenSearch, exceptions

from deqing_search.errors import IndexFault, IndexNotWritable, UsageError
from deqing_search.request_deadline import check

TIMEOUT = 30.0  # seconds for one request
BULK_TIMEOUT = 300.0  # seconds for one that writes
RETRIES = 5  # of a request that the cluster refuses because it is busy; the wait doubles each time, more or less
BULK_RETRIES = 12  # of the parts of a bulk that it refuses, in less than the two minutes that a lease lasts
WAIT = 0.25  # seconds before the first of them
LONGEST_WAIT = 10.0
PAGE = 2_000  # documents fetched at a time
KEEP = "2m"  # how long the cluster keeps the state that pages are read from, from each page on
KNOWN = ("2", "3")  # major versions that the tests or their documentation cover
BULK_BYTES = 2 << 20  # of one bulk request

_WHOLE = {"allow_partial_search_results": "false"}  # a shard that does not answer is an error

Hit = Mapping[str, Any]
Action = tuple[Mapping[str, Any], Mapping[str, Any] | None]  # the line of a bulk and its document


class Connection:
    """Requests to one cluster. User, password, API key and authorities come from the environment."""

    def __init__(self, address: str) -> None:
        """`address`: `opensearch://host:9200/name`, or `opensearchs://` for TLS; several hosts with commas."""
        parts = urlsplit(address)
        self.name = parts.path.strip("/")
        if not parts.netloc or not self.name or "@" in parts.netloc:
            message = "集群地址的写法是 opensearch://主机:9200/名称，其中不能有用户名和密码。"
            raise UsageError(message, hint="用户名和密码放在环境变量 DEQING_OPENSEARCH_USER 和 …_PASSWORD 里。")
        self.where = parts.netloc
        scheme = "https" if parts.scheme == "opensearchs" else "http"
        options: dict[str, Any] = {}
        if user := os.environ.get("DEQING_OPENSEARCH_USER"):
            options["http_auth"] = (user, os.environ.get("DEQING_OPENSEARCH_PASSWORD", ""))
        if key := os.environ.get("DEQING_OPENSEARCH_API_KEY"):
            options["headers"] = {"authorization": f"ApiKey {key}"}
        if authorities := os.environ.get("DEQING_OPENSEARCH_CA"):
            options["ca_certs"] = authorities
        hosts = [f"{scheme}://{host}" for host in parts.netloc.split(",")]
        self._client = OpenSearch(hosts=hosts, timeout=TIMEOUT, max_retries=2, retry_on_timeout=False, **options)
        self._checked = False

    def ask(self, method: str, path: str, body: Any = None, params: Mapping[str, Any] | None = None) -> Any:
        """The answer of the cluster; raises `IndexFault` if it is not reached, refuses, or answers in part.

        What a busy cluster refuses is sent again a few times.
        """
        for attempt in range(RETRIES):
            try:
                return self._ask(method, path, body, params)
            except Busy:
                check()
                _pause(attempt)
        return self._ask(method, path, body, params)

    def change(self, method: str, path: str, body: Any = None) -> None:
        """As `ask`, for what changes an index as a whole: this may take as long as a bulk."""
        self.ask(method, path, body, {"request_timeout": BULK_TIMEOUT})

    def _ask(self, method: str, path: str, body: Any, params: Mapping[str, Any] | None) -> Any:
        with self._translated():
            self._demand_known_version()
            answer = self._client.transport.perform_request(method, path, params=dict(params or {}), body=body)
        for part in answer.get("responses", [answer]) if isinstance(answer, dict) else ():
            if "status" in part and "error" in part:
                raise self._fault(part["status"], str(part["error"]))
            if part.get("timed_out") or part.get("_shards", {}).get("failed"):
                raise self._incomplete()
        return answer

    def get(self, index: str, document: str) -> Hit | None:
        """The newest state of a document, None if it or its index does not exist."""
        try:
            found: Hit = self.ask("GET", f"/{index}/_doc/{document}")
        except NotThere:
            return None
        return found if found["found"] else None

    def several(self, index: str, documents: Sequence[str], fields: Sequence[str]) -> Iterator[Hit]:
        """The sources of documents, in order; raises `IndexFault` if one is missing."""
        for at in range(0, len(documents), PAGE):
            ids = {"ids": list(documents[at : at + PAGE])}
            for found in self.ask("POST", f"/{index}/_mget", ids, {"_source": ",".join(fields)})["docs"]:
                if not found.get("found"):
                    raise self._incomplete()
                yield found["_source"]

    def count(self, index: str, query: Mapping[str, Any]) -> int:
        """How many documents match; raises `IndexFault` if a shard does not answer."""
        body = {"size": 0, "track_total_hits": True, "query": query}
        total: int = self._search(f"/{index}", body)["hits"]["total"]["value"]
        return total

    def aggregate(self, index: str, requests: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The aggregations of each request, all sent at once; raises `IndexFault` as `ask` does."""
        lines = (({"index": index, **_WHOLE}, {"size": 0, **request}) for request in requests)
        body = "".join(f"{json.dumps(line)}\n" for line in chain(*lines))
        answers = self.ask("POST", "/_msearch", body)["responses"] if requests else []
        return [answer["aggregations"] for answer in answers]

    def scan(
        self,
        index: str,
        query: Mapping[str, Any],
        fields: Sequence[str],
        by: Sequence[str] = ("key",),
        *,
        first: int = PAGE,
    ) -> Generator[Hit]:
        """Every document that matches, however many there are.

        They are ordered by the fields `by`, which no two documents share; `_score` puts the highest first. `first` of
        them are fetched at once, then twice as many, and so on up to `PAGE`, all from one state of the index. That of
        the first page may be older, so ask only for documents that do not change: most queries need no second page.
        """
        order = [{field: "desc" if field == "_score" else "asc"} for field in by]
        body = {"query": query, "_source": list(fields), "track_total_hits": True, "sort": order, "size": first}
        page = self._search(f"/{index}", body)["hits"]
        yield from page["hits"]
        if len(page["hits"]) < page["total"]["value"]:
            yield from self._other_pages(index, body, page["hits"])

    def _other_pages(self, index: str, body: dict[str, Any], hits: Sequence[Hit]) -> Iterator[Hit]:
        params = {"keep_alive": KEEP, "allow_partial_pit_creation": "false"}
        point = self.ask("POST", f"/{index}/_search/point_in_time", None, params)["pit_id"]
        body["pit"], seen, total = {"id": point, "keep_alive": KEEP}, len(hits), -1
        try:
            while seen != total:
                if not hits:
                    raise self._incomplete()
                body["size"], body["search_after"] = min(2 * body["size"], PAGE), hits[-1]["sort"]
                page = self._search("", body)["hits"]
                hits, total = page["hits"], page["total"]["value"]
                yield from hits
                seen += len(hits)
        finally:
            self.ask("DELETE", "/_search/point_in_time", {"pit_id": [point]})

    def _search(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """What all shards answer; raises `IndexFault` if one does not."""
        answer: Mapping[str, Any] = self.ask("POST", f"{path}/_search", body, _WHOLE)
        return answer

    def bulk(self, actions: Iterable[Action]) -> None:
        """Send actions in requests of bounded size; those that a busy cluster refuses are sent again."""
        lines: list[tuple[str, str]] = []
        size = 0
        for action, document in actions:
            first = json.dumps(action)
            rest = "" if document is None else json.dumps(document) + "\n"
            lines.append((first, rest))
            size += len(first) + len(rest)
            if size > BULK_BYTES:
                self._send(lines)
                lines, size = [], 0
        if lines:
            self._send(lines)

    def _send(self, lines: Sequence[tuple[str, str]]) -> None:
        for attempt in range(BULK_RETRIES + 1):
            if attempt:
                _pause(attempt - 1)
            lines = self._refused(lines)
            if not lines:
                return
        raise IndexFault(
            f"OpenSearch 集群 {self.where} 太忙，写入多次被拒绝。", hint="等集群空闲后再执行一次同样的命令。"
        )

    def _refused(self, lines: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Send the lines once; returns those refused with status 429, raises for any other fault."""
        body = "".join(f"{first}\n{rest}" for first, rest in lines)
        try:
            answer = self._ask("POST", "/_bulk", body, {"request_timeout": BULK_TIMEOUT})
        except Busy:
            return list(lines)
        results = [next(iter(item.values())) for item in answer["items"]]
        for result in results:
            error = result.get("error")
            if error and result["status"] != 429:
                raise self._fault(result["status"], str(error))
            if error and "block" in str(error):
                raise self._fault(429, str(error))
        return [line for line, result in zip(lines, results, strict=True) if result.get("error")]

    def _demand_known_version(self) -> None:
        if not self._checked:
            number = self._client.info()["version"]["number"]
            if number.partition(".")[0] not in KNOWN:
                message = f"{self.where} 上的 OpenSearch 是 {number} 版，本程序只认识 {'、'.join(KNOWN)} 版。"
                raise IndexFault(message, hint="换一个集群，或升级本程序。")
            self._checked = True

    def _incomplete(self) -> IndexFault:
        message = f"OpenSearch 集群 {self.where} 只答复了一部分，有的分片没有回答，所以不显示不完整的结果。"
        return IndexFault(message, hint="稍后再试；若一直如此，检查集群里是否有节点停了。")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exceptions.ConnectionTimeout as fault:
            message = f"OpenSearch 集群 {self.where} 没有及时答复。"
            raise IndexFault(message, hint="稍后再试，或检查集群的负载。") from fault
        except exceptions.ConnectionError as fault:
            message = f"连不上 OpenSearch 集群 {self.where}。"
            raise IndexFault(message, hint="检查地址、网络和证书，以及集群是否已启动。") from fault
        except exceptions.TransportError as fault:
            raise self._fault(int(fault.status_code), f"{fault.error} {fault.info}") from fault

    def _fault(self, status: int, reason: str) -> IndexFault:
        at = f"OpenSearch 集群 {self.where}"
        if "read-only-allow-delete" in reason or "flood stage" in reason:
            return IndexNotWritable(f"{at} 的磁盘已满，索引被设为只读。", hint="腾出磁盘空间，再执行一次。")
        if "blocked by: [FORBIDDEN" in reason:
            return IndexNotWritable(f"{at} 里的索引是只读的。", hint="由管理员解除只读，再执行一次。")
        if status == 429:
            return Busy(f"{at} 太忙，拒绝了请求。", hint="稍后再试。")
        if status == 401:
            return IndexFault(f"{at} 不接受用户名、密码或密钥。", hint="检查环境变量 DEQING_OPENSEARCH_*。")
        if status == 403:
            return IndexNotWritable(f"{at} 不允许这个用户做这件事。", hint="换一个有权限的用户。")
        if status == 404:
            return NotThere(f"{at} 里没有这个索引。", hint="运行 search-cli index 建立索引。")
        if status == 409:
            return Conflict(f"{at} 里的记录已被别人改动。")
        if status == 503:
            return IndexFault(f"{at} 不可用：有的分片或主节点不在。", hint="检查集群状态，等它恢复后再试。")
        return IndexFault(f"{at} 拒绝了请求（{status}）：{reason[:200]}", hint="检查集群的日志。")


def _pause(attempt: int) -> None:
    """Wait before another attempt, not as long as others that were refused at the same time."""
    time.sleep(_seconds(attempt) * random.uniform(0.5, 1.5))  # noqa: S311 - no secret


def _seconds(attempt: int) -> float:
    """The mean of the seconds to wait; at the longest, a bulk waits less than the 120 that a lease lasts.

    >>> 60 < 1.5 * sum(map(_seconds, range(BULK_RETRIES))) < 120
    True
    """
    return min(WAIT * 2.0**attempt, LONGEST_WAIT)


class Busy(IndexFault):
    """The cluster refuses a request because it has too many."""


class NotThere(IndexFault):
    """The index or document does not exist."""


class Conflict(IndexFault):
    """Another writer changed the document first."""
