"""What production has that one machine has not: copies, spread, budgets, autoscaling, backups."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, TypeAlias

import pytest

from deploy.local.ports import SERVICES
from deploy.validate import Resource
from services.shared.grpc_server.metrics import CALLS
from tests.deploy.manifests import brought_along
from tests.rules.code import PROJECT

Overlay: TypeAlias = dict[str, dict[str, Any]]
API_CONNECTIONS = 8
"""The pool of a door: docs/decisions/0005."""
BUS_CONNECTIONS = 16
"""The pool of a bus, its leaders' sessions, and its listeners."""
RABBITMQ_MANAGEMENT_OVER_TLS = 15671


@pytest.fixture(scope="module")
def production(overlays: list[tuple[str, Resource]]) -> Overlay:
    """The resources of production by kind and name."""
    found: Overlay = defaultdict(dict)
    for overlay, resource in overlays:
        if overlay == "production":
            found[resource["kind"]][resource["metadata"]["name"]] = resource
    return found


def test_there_are_three_doors_and_two_buses_of_each_service(production: Overlay) -> None:
    replicas = {name: each["spec"]["replicas"] for name, each in production["Deployment"].items()}
    assert replicas == {f"{service}-{room}": n for service in SERVICES for room, n in (("api", 3), ("bus", 2))}


def test_replicas_stand_on_different_nodes_and_leave_them_one_at_a_time(production: Overlay) -> None:
    for name, deployment in production["Deployment"].items():
        template = deployment["spec"]["template"]
        (nodes, _) = template["spec"]["topologySpreadConstraints"]
        assert nodes["whenUnsatisfiable"] == "DoNotSchedule"
        assert nodes["labelSelector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
        budget = production["PodDisruptionBudget"][name]["spec"]
        assert budget["maxUnavailable"] == 1
        assert budget["selector"] == deployment["spec"]["selector"]


def test_every_door_is_scaled_by_its_calls(production: Overlay) -> None:
    for service in SERVICES:
        scaled = production["ScaledObject"][f"{service}-api"]["spec"]
        (query,) = (each["metadata"]["query"] for each in scaled["triggers"])
        namespace = production["Deployment"][f"{service}-api"]["metadata"]["namespace"]
        labels = f'namespace="{namespace}", job="nscl-api", service="{service}"'
        (counter, *_) = CALLS.describe()
        assert query == f"sum(rate({counter.name}_total{{{labels}}}[2m]))"
        assert scaled["minReplicaCount"] == production["Deployment"][f"{service}-api"]["spec"]["replicas"]


def test_a_bus_is_scaled_by_its_queues_and_no_leader_is_ever_taken_away(production: Overlay) -> None:
    released = (PROJECT / "tests" / "rules" / "queue_names.txt").read_text(encoding="utf-8").split()
    buses = {name: each["spec"] for name, each in production["ScaledObject"].items() if name.endswith("-bus")}
    watched = [each["metadata"]["queueName"] for scaled in buses.values() for each in scaled["triggers"]]
    assert sorted(watched) == [queue for queue in released if not queue.endswith(".dead-letters")]
    for name, scaled in buses.items():
        assert scaled["scaleTargetRef"]["name"] == name
        assert scaled["minReplicaCount"] == production["Deployment"][name]["spec"]["replicas"]
        behaviour = scaled["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
        assert behaviour["scaleDown"]["selectPolicy"] == "Disabled"


def test_a_database_has_connections_for_as_many_replicas_as_there_can_be(production: Overlay) -> None:
    for service in SERVICES:
        doors = production["ScaledObject"][f"{service}-api"]["spec"]["maxReplicaCount"]
        buses = production["ScaledObject"].get(f"{service}-bus", {"spec": {"maxReplicaCount": 2}})["spec"][
            "maxReplicaCount"
        ]
        parameters = production["Cluster"][f"{service}-database"]["spec"]["postgresql"]["parameters"]
        # While a release takes another's place there is one replica more of each.
        assert (doors + 1) * API_CONNECTIONS + (buses + 1) * BUS_CONNECTIONS < int(parameters["max_connections"])


def test_a_commit_stands_on_two_instances_and_is_backed_up(production: Overlay) -> None:
    for service in SERVICES:
        cluster = production["Cluster"][f"{service}-database"]["spec"]
        assert cluster["instances"] == 3
        assert cluster["postgresql"]["synchronous"] == {"method": "any", "number": 1, "dataDurability": "required"}
        (archiver,) = cluster["plugins"]
        assert archiver["isWALArchiver"]
        assert archiver["parameters"]["barmanObjectName"] in production["ObjectStore"]
        nightly = production["ScheduledBackup"][f"{service}-nightly"]["spec"]
        assert nightly["cluster"]["name"] == f"{service}-database"
        assert nightly["pluginConfiguration"]["name"] == archiver["name"]
    stores = [each["spec"]["configuration"]["destinationPath"] for each in production["ObjectStore"].values()]
    assert len(set(stores)) == len(SERVICES)


def test_a_queue_outlives_a_node_of_the_broker(production: Overlay) -> None:
    broker = production["RabbitmqCluster"]["broker"]["spec"]
    assert broker["replicas"] == 3
    assert "cluster_partition_handling = pause_minority" in broker["rabbitmq"]["additionalConfig"]


def test_the_autoscaler_asks_only_who_shows_the_brokers_certificate(production: Overlay) -> None:
    asking = production["TriggerAuthentication"]["broker-monitor"]["spec"]["secretTargetRef"]
    assert {each["parameter"] for each in asking} == {"host", "tls", "ca"}
    let_in = [
        port["port"]
        for way in production["NetworkPolicy"]["broker"]["spec"]["ingress"]
        for port in way["ports"]
        if "keda" in json.dumps(way["from"])
    ]
    assert let_in == [RABBITMQ_MANAGEMENT_OVER_TLS]


def test_every_secret_in_the_example_is_used(production: Overlay) -> None:
    everything = json.dumps(production)
    assert [name for name, _ in brought_along() if f'"{name}"' not in everything] == []


def test_no_development_name_is_left_in_production(production: Overlay) -> None:
    assert production["ConfigMap"]["nscl"]["data"].keys() >= {f"{service}-log-origin" for service in SERVICES}
    assert not [value for value in production["ConfigMap"]["nscl"]["data"].values() if "localhost" in value]
    assert "nscl-development" not in production["ConfigMap"]["nscl"]["data"].values()
