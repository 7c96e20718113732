"""The files in deploy/ fit together: what compose.yaml names is there, and the nodes are set up as the guide says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML reads compose.yaml")

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
TEXT = (DEPLOY / "compose.yaml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NODES = [name for name in SERVICES if name.startswith("node")]


def test_every_variable_of_compose_is_in_the_example() -> None:
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "example.env").read_text("utf-8"), re.M))
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT)) == given


def test_everything_in_the_image_has_a_locked_version() -> None:
    commands = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    installed = re.findall(r"pip install (.*)", commands)
    assert len(installed) == 3
    for options in installed:
        assert re.search(r"--require-hashes|--constraint deploy/extras\.lock|--no-deps \.", options), options


def test_every_name_in_compose_is_defined() -> None:
    mounted = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    assert len(mounted) > len(SERVICES)
    for volume in mounted:
        source = volume.partition(":")[0]
        if source.startswith("."):
            assert (DEPLOY / source).exists(), source
        elif not source.startswith("$"):
            assert source in COMPOSE["volumes"], source
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
        if image := service.get("image"):
            assert re.search(r":\d[\w.-]*$", image), f"{image} has no version"


def test_the_nodes_know_one_another_and_have_equal_heaps_locked_in_memory() -> None:
    assert len(NODES) == 3
    for name in NODES:
        node, settings = SERVICES[name], SERVICES[name]["environment"]
        assert settings["node.name"] == name
        assert settings["discovery.seed_hosts"].split(",") == NODES
        assert settings["cluster.initial_cluster_manager_nodes"].split(",") == NODES
        heaps = re.findall(r"-Xm[sx](\S+)", settings["OPENSEARCH_JAVA_OPTS"])
        assert len(heaps) == 2
        assert len(set(heaps)) == 1
        assert settings["bootstrap.memory_lock"] == "true"
        assert node["ulimits"]["memlock"] == {"soft": -1, "hard": -1}
        assert f"{name}:/usr/share/opensearch/data" in node["volumes"]
        assert {one["condition"] for one in node["depends_on"].values()} == {"service_completed_successfully"}


def test_the_site_waits_for_healthy_nodes_and_may_only_read() -> None:
    for name, user in (("site", "reader"), ("index", "writer")):
        service = SERVICES[name]
        assert service["depends_on"] == {node: {"condition": "service_healthy"} for node in NODES}
        assert service["environment"]["DEQING_OPENSEARCH_USER"] == user
        assert service["environment"]["DEQING_ENGINE"].startswith("opensearchs://")
    assert "ports" not in SERVICES["site"]
    assert all("ports" not in SERVICES[node] for node in NODES)


def test_roles_are_given_to_the_users_of_compose() -> None:
    roles = yaml.safe_load((DEPLOY / "opensearch" / "roles.yml").read_text("utf-8"))
    mapping = yaml.safe_load((DEPLOY / "opensearch" / "roles_mapping.yml").read_text("utf-8"))
    users = {user for name, one in mapping.items() if name != "_meta" for user in one["users"]}
    assert users == {"admin", "writer", "reader"}
    assert set(mapping) - {"all_access"} == set(roles)
    script = (DEPLOY / "opensearch" / "users.sh").read_text("utf-8")
    assert all(user.upper() in script for user in users)
