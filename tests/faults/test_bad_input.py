"""`mbasic web` with a store that cannot be used: one line that names what is wrong, status 2, never a password.

Where waiting cannot help, it ends like that when it was told to wait, too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.servers import RedisServer, SentinelServers, free_port, redis_binary

pytestmark = pytest.mark.faults

PASSWORD, WRONG = "0pen-sesame", "wr0ng-one"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis that wants a password."""
    with RedisServer(tmp_path_factory.mktemp("guarded"), options={"requirepass": PASSWORD}) as server:
        yield server


@pytest.fixture(scope="module")
def tls_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A port of a Redis that speaks TLS there, with a certificate that nobody vouches for."""
    if shutil.which("openssl") is None or not _has_tls():
        pytest.skip("needs openssl and a redis-server that was built with TLS")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate, port = folder / "key.pem", folder / "certificate.pem", free_port()
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    options = {"tls-port": str(port), "tls-cert-file": str(certificate), "tls-key-file": str(key)}
    options |= {"tls-ca-cert-file": str(certificate), "tls-auth-clients": "no"}
    with RedisServer(folder, options=options):
        yield port


@pytest.fixture(scope="module")
def sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentinelServers]:
    with SentinelServers(tmp_path_factory.mktemp("sentinels")) as servers:
        yield servers


def _has_tls() -> bool:
    """Whether the server's program knows TLS: that one goes on to miss the certificate."""
    command = [redis_binary(), "--port", "0", "--tls-port", "1", "--tls-cert-file", "/nowhere"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    return "onfigure TLS" in found.stdout


class Web(Protocol):
    def __call__(self, url: str, *, waits: bool = True) -> str: ...


@pytest.fixture
def web(tmp_path: Path) -> Web:
    """Run `mbasic web`, told to wait or not, with a store that does not work; what it says."""

    def run(url: str, *, waits: bool = True) -> str:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("MBASIC_", "NICEGUI_"))}
        env |= {"MBASIC_CONFIG": str(tmp_path / "none.toml"), "MBASIC_DATA_DIR": str(tmp_path / "data")}
        env |= {"MBASIC_STORAGE_SECRET": "s" * 32}
        command = [f"{sysconfig.get_path('scripts')}/mbasic", "web", "--port", "0", "--store", url]
        command += ["--wait-for-store"] if waits else []
        begun = time.monotonic()
        ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=False)
        print(f"{time.monotonic() - begun:.1f} s: {ended.stderr}", end="")
        assert ended.returncode == 2, ended.stderr
        assert ended.stdout == ""
        assert ended.stderr.startswith("mbasic: ")
        assert ended.stderr.count("\n") == 1
        assert len(ended.stderr) < 400
        assert not any(secret in ended.stderr for secret in (PASSWORD, WRONG))
        return ended.stderr

    return run


@pytest.mark.parametrize("login", ["", f":{WRONG}@", f"bob:{WRONG}@"])
def test_a_wrong_password_or_none(web: Web, guarded: RedisServer, login: str) -> None:
    assert "does not let us in" in web(f"redis://{login}127.0.0.1:{guarded.port}/0")


@pytest.mark.parametrize(("database", "said"), [("99", "DB index is out of range"), ("zero", "'zero' is no number")])
def test_an_unknown_database(web: Web, guarded: RedisServer, database: str, said: str) -> None:
    assert said in web(f"redis://:{PASSWORD}@127.0.0.1:{guarded.port}/{database}")


def test_tls_to_a_plain_port(web: Web, guarded: RedisServer) -> None:
    said = web(f"rediss://:{PASSWORD}@127.0.0.1:{guarded.port}/0")
    assert "this port speaks no TLS: the URL begins with redis:" in said


def test_no_tls_to_a_tls_port(web: Web, tls_port: int) -> None:
    assert "this port speaks TLS, the URL begins with rediss:" in web(f"redis://:{WRONG}@127.0.0.1:{tls_port}/0")


def test_a_certificate_of_an_unknown_authority(web: Web, tls_port: int) -> None:
    said = web(f"rediss://:{WRONG}@127.0.0.1:{tls_port}/0")
    assert "the server's certificate is not accepted" in said
    assert "certificate verify failed" in said


def test_a_service_that_the_sentinels_do_not_know(web: Web, sentinels: SentinelServers) -> None:
    said = web(sentinels.url.replace("//", f"//:{WRONG}@").replace(sentinels.service, "nobody"))
    assert "No master found for 'nobody': Sentinel knows no such name, only ['mymaster']" in said


def test_sentinels_that_want_a_password(web: Web, guarded: RedisServer, tmp_path: Path) -> None:
    options = {"requirepass": PASSWORD, "sentinel monitor": f"main 127.0.0.1 {guarded.port} 1"}
    with RedisServer(tmp_path / "sentinel", options=options, mode="--sentinel") as sentinel:
        for query in ("", f"?sentinel_password={WRONG}"):
            said = web(f"redis+sentinel://:{PASSWORD}@127.0.0.1:{sentinel.port}/main/0{query}")
            assert "a Sentinel does not let us in, see sentinel_username" in said


def test_a_wrong_password_for_the_master_that_sentinel_names(web: Web, sentinels: SentinelServers) -> None:
    assert "does not let us in" in web(sentinels.url.replace("//", f"//bob:{WRONG}@"))


def test_a_server_as_a_sentinel(web: Web, guarded: RedisServer) -> None:
    said = web(f"redis+sentinel://127.0.0.1:{guarded.port}/main/0?sentinel_password={PASSWORD}")
    assert "unknown command" in said
    assert "SENTINEL" in said


def test_sentinels_that_do_not_answer(web: Web) -> None:
    url = f"redis+sentinel://:{WRONG}@127.0.0.1:{free_port()}/main/0?sentinel_password={PASSWORD}"
    assert "No master found for 'main', and a Sentinel does not answer" in web(url, waits=False)


def test_a_lone_server_as_a_cluster(web: Web, guarded: RedisServer) -> None:
    said = web(f"redis+cluster://:{PASSWORD}@127.0.0.1:{guarded.port}")
    assert "this server is no part of a cluster" in said


def test_a_wrong_password_for_a_cluster(web: Web, guarded: RedisServer) -> None:
    assert "does not let us in" in web(f"redis+cluster://:{WRONG}@127.0.0.1:{guarded.port}")


def test_nobody_listens(web: Web) -> None:
    assert "Connect call failed" in web(f"redis://:{PASSWORD}@127.0.0.1:{free_port()}/0", waits=False)


def test_a_host_without_an_address(web: Web) -> None:
    said = web(f"redis://:{PASSWORD}@no-such-host.invalid/0", waits=False)  # names may be known later
    assert "no-such-host.invalid" in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"rediz://:{PASSWORD}@127.0.0.1/0", "'rediz' is installed; did you mean 'redis'?"),
        (f"redis//:{PASSWORD}@127.0.0.1/0", "should begin with a scheme"),
        (f"redis:/:{PASSWORD}@127.0.0.1/0", "two slashes"),
        (f"redis://:{PASSWORD}@127.0.0.1:63x9/0", "63x9"),
        (f"redis://:{PASSWORD}@127.0.0.1/0?sockettimeout=3", "sockettimeout"),
        (f"redis://:{PASSWORD[:5]}/{PASSWORD[5:]}@127.0.0.1/0", "%2F"),
    ],
)
def test_a_url_with_a_typo(web: Web, url: str, said: str) -> None:
    assert said in web(url)
