"""What `deploy/` ships: each file is read by what it is for, or by the nearest to it that runs here."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from mbasic_core import config
from mbasic_core.cli.main import parser
from mbasic_core.storage import StoreError, StoreRegistry
from tests.cluster.harness import aside
from tests.servers import RedisServer

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
GRACE = 10 + 3  # seconds: SessionService.close, then uvicorn


def manifests() -> list[dict[str, Any]]:
    return [part for path in MANIFESTS for part in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def known(variables: object) -> bool:
    """Whether each is a variable that a server reads."""
    return set(variables) <= {*config._VARIABLES, "PYTHONUNBUFFERED"}  # type: ignore[call-overload]  # any iterable


@pytest.mark.parametrize("part", manifests(), ids=lambda part: f"{part['kind']}-{part['metadata']['name']}")
@pytest.mark.parametrize("version", ["1.29", "1.33"])
def test_the_manifests_are_valid(part: dict[str, Any], version: str) -> None:
    assert kubernetes_validate.validate(part, version, strict=True).startswith(version)


def test_a_pod_has_time_to_save() -> None:
    [pod] = [part["spec"]["template"]["spec"] for part in manifests() if part["kind"] == "Deployment"]
    [container] = pod["containers"]
    wait = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] >= wait + GRACE
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == container["startupProbe"]["httpGet"]["path"] == "/healthz"


def test_the_unit_starts_a_server_that_there_is() -> None:
    unit = (DEPLOY / "systemd" / "mbasic@.service").read_text(encoding="utf-8")
    [command] = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    program, *arguments = shlex.split(command.replace("%i", "8101"))
    assert program.endswith("/mbasic")
    assert vars(parser().parse_args(arguments))["port"] == "8101"
    assert int(re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)[0]) >= GRACE
    example = (DEPLOY / "systemd" / "mbasic.env.example").read_text(encoding="utf-8")
    variables = re.findall(r"^(\w+)=", example, re.MULTILINE)
    assert known(re.findall(r"\b(MBASIC_\w+)=", unit) + variables)
    assert {"MBASIC_STORE", "MBASIC_STORAGE_SECRET"} <= set(variables)


def test_the_container_is_made_of_what_there_is() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    sources = [word for line in re.findall(r"^COPY (.*)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert [word for word in sources if not (ROOT / word).exists()] == []
    [environment] = re.findall(r"^ENV (.*)$", text, re.MULTILINE)
    variables = dict(pair.split("=") for pair in environment.split())
    assert known(variables)
    settings = config.Settings.load(environ={**variables, "MBASIC_CONFIG": "/dev/null"})
    assert (settings.host, settings.port, settings.open_browser) == ("0.0.0.0", 8080, False)
    assert 'ENTRYPOINT ["mbasic", "web"]' in text


def test_the_composition_fits_its_balancer() -> None:
    composition = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8"))
    services = composition["services"]
    servers = [service for service in services.values() if service.get("image") == "mbasic"]
    balancer = (DEPLOY / "compose" / "haproxy.cfg").read_text(encoding="utf-8")
    addresses = [service["networks"]["mbasic"]["ipv4_address"] for service in servers]
    assert re.findall(r"server node\d+ (\S+):8080 ", balancer) == addresses
    assert all(known(service["environment"]) for service in servers)
    assert all(int(service["stop_grace_period"].removesuffix("s")) >= GRACE for service in servers)
    assert (DEPLOY / "compose" / servers[0]["build"]["context"] / servers[0]["build"]["dockerfile"]).exists()
    assert "--maxmemory-policy noeviction" in services["redis"]["command"]


def settings_of(path: Path, *, uncomment: bool = False) -> dict[str, str]:
    """The lines of a Redis configuration; also those that are offered as comments."""
    text = path.read_text(encoding="utf-8")
    if uncomment:
        text = re.sub(r"^# (?=user |min-replicas)", "", text, flags=re.MULTILINE)
    lines = [line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return {f"user {value.split()[0]}" if name == "user" else name: value for name, value in lines}


def test_redis_starts_with_its_settings_and_keeps_sessions(tmp_path: Path) -> None:
    settings = {**settings_of(DEPLOY / "redis" / "redis.conf"), "dir": str(tmp_path / "data")}
    del settings["port"]
    with RedisServer(tmp_path / "data", options=settings) as server:
        assert "aof_enabled:1" in server.command("INFO", "persistence")
        assert "noeviction" in server.command("CONFIG", "GET", "maxmemory-policy")

        async def durable() -> bool:
            store = StoreRegistry().create(server.url, data_dir=tmp_path)
            await store.open()
            traits = store.traits
            await store.close()
            return traits.durable and traits.scope == "network"

        assert aside(durable)


def test_the_user_of_its_own_may_do_what_a_session_needs_and_no_more(tmp_path: Path) -> None:
    settings = settings_of(DEPLOY / "redis" / "redis.conf", uncomment=True)
    users = {name: value.partition(" ")[2] for name, value in settings.items() if name.startswith("user ")}
    with RedisServer(tmp_path / "data") as server:
        rules = users["user mbasic"].split()
        assert server.command("ACL", "SETUSER", "mbasic", *rules) == "+OK"
        url = server.url.replace("://", "://mbasic:PASSWORD@")

        async def use(namespace: str) -> None:
            store = StoreRegistry().create(url, namespace=namespace, data_dir=tmp_path)
            await store.open()
            try:
                await store.save("a", b"1", version="v1", expected=None, ttl=60)
                await store.save("a", b"2", version="v2", expected="v1", ttl=60)
                await store.touch("a", expected="v2", ttl=60)
                assert await store.versions(["a"]) == {"a": "v2"}
                assert [id async for id in store.scan()] == ["a"]
                await store.ping()
                assert await store.delete("a", expected="v2")
            finally:
                await store.close()

        aside(lambda: use("mbasic:"))
        with pytest.raises(StoreError, match=r"rights|permission|NOPERM"):
            aside(lambda: use("other:"))


def test_a_primary_without_its_replica_takes_no_writes(tmp_path: Path) -> None:
    settings = settings_of(DEPLOY / "redis" / "redis.conf", uncomment=True)
    options = {name: value for name, value in settings.items() if name.startswith("min-replicas")}
    assert set(options) == {"min-replicas-to-write", "min-replicas-max-lag"}
    with RedisServer(tmp_path / "data", options=options) as server:
        assert server.command("SET", "a", "1").startswith("-NOREPLICAS")


def test_sentinel_starts_with_its_settings(tmp_path: Path) -> None:
    text = (DEPLOY / "redis" / "sentinel.conf").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("sentinel ")]
    options = {" ".join(line.split()[:2]): " ".join(line.split()[2:]) for line in lines}
    with RedisServer(tmp_path / "data", options=options, mode="--sentinel") as sentinel:
        assert "name=mymaster" in sentinel.command("INFO", "sentinel")
