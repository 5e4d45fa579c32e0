"""`mbasic web` with a store that cannot be used: one line that names what is wrong, status 2, never a password.

Where waiting cannot help, it ends like that when it was told to wait, too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol

import pytest

from tests.servers import RedisServer, SentinelServers, free_port, has_tls

pytestmark = pytest.mark.faults

PASSWORD, WRONG = "0pen-sesame", "wr0ng-one"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis that wants a password."""
    with RedisServer(tmp_path_factory.mktemp("guarded"), options={"requirepass": PASSWORD}) as server:
        yield server


@pytest.fixture(scope="module")
def certificates() -> Iterator[Path]:
    """A folder of two certificates that nobody vouches for, with their keys: a.pem, a.key, b.pem and b.key."""
    if shutil.which("openssl") is None or not has_tls():
        pytest.skip("needs openssl and a redis-server that was built with TLS")
    with tempfile.TemporaryDirectory() as folder:  # a short name, for short lines
        for name in ("a", "b"):
            command = [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=127.0.0.1",
            ]
            command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/{name}.key"]
            subprocess.run([*command, "-out", f"{folder}/{name}.pem"], check=True, capture_output=True)
        yield Path(folder)


@contextmanager
def _speaking_tls(folder: Path, certificates: Path, clients: str) -> Iterator[int]:
    """The port of a Redis that speaks TLS there; clients: whether they need a certificate, "yes" or "no"."""
    port = free_port()
    options = {"tls-port": str(port), "tls-cert-file": f"{certificates}/a.pem", "tls-key-file": f"{certificates}/a.key"}
    options |= {"tls-ca-cert-file": f"{certificates}/a.pem", "tls-auth-clients": clients}
    with RedisServer(folder, options=options):
        yield port


@pytest.fixture(scope="module")
def tls_port(tmp_path_factory: pytest.TempPathFactory, certificates: Path) -> Iterator[int]:
    """A port of a Redis that speaks TLS there."""
    with _speaking_tls(tmp_path_factory.mktemp("open"), certificates, "no") as port:
        yield port


@pytest.fixture(scope="module")
def strict_port(tmp_path_factory: pytest.TempPathFactory, certificates: Path) -> Iterator[int]:
    """A port of a Redis that speaks TLS there, with those who have its certificate."""
    with _speaking_tls(tmp_path_factory.mktemp("strict"), certificates, "yes") as port:
        yield port


@pytest.fixture(scope="module")
def sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentinelServers]:
    with SentinelServers(tmp_path_factory.mktemp("sentinels")) as servers:
        yield servers


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
    assert "this port speaks TLS: the URL begins with rediss:" in web(f"redis://:{WRONG}@127.0.0.1:{tls_port}/0")


def test_no_tls_to_a_port_that_wants_a_certificate_too(web: Web, strict_port: int) -> None:
    assert "this port speaks TLS" in web(f"redis://:{WRONG}@127.0.0.1:{strict_port}/0", waits=False)


def test_a_certificate_of_an_unknown_authority(web: Web, tls_port: int) -> None:
    said = web(f"rediss://:{WRONG}@127.0.0.1:{tls_port}/0")
    assert "the server's certificate is not accepted" in said
    assert "certificate verify failed" in said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ssl_ca_certs={}/a.key", "ssl_ca_certs: [X509: NO_CERTIFICATE_OR_CRL_FOUND]"),
        ("ssl_ca_certs={}/none.pem", "ssl_ca_certs: [Errno 2] No such file"),
        ("ssl_ca_certs={0}/a.pem&ssl_certfile={0}/a.pem&ssl_keyfile={0}/b.key", "ssl_keyfile: no key of ssl_certfile"),
        ("ssl_ca_certs={0}/a.pem&ssl_certfile={0}/b.key&ssl_keyfile={0}/b.key", "ssl_certfile: [X509: NO_CERTIFICATE"),
    ],
)
def test_a_file_for_tls_that_cannot_be_what_it_is_for(
    web: Web, tls_port: int, certificates: Path, query: str, said: str
) -> None:
    assert said in web(f"rediss://:{WRONG}@127.0.0.1:{tls_port}/0?{query.format(certificates)}")


@pytest.mark.parametrize("name", [None, "b"])
def test_a_server_that_wants_another_certificate(
    web: Web, strict_port: int, certificates: Path, name: str | None
) -> None:
    ours = f"&ssl_certfile={certificates}/{name}.pem&ssl_keyfile={certificates}/{name}.key" if name else ""
    url = f"rediss://:{WRONG}@127.0.0.1:{strict_port}/0?ssl_ca_certs={certificates}/a.pem{ours}"
    assert "does it want another certificate of ours, ssl_certfile and ssl_keyfile?" in web(url, waits=False)


def test_a_sentinel_as_a_server(web: Web, sentinels: SentinelServers) -> None:
    said = web(f"redis://:{WRONG}@127.0.0.1:{sentinels.sentinel.port}/0")
    assert "does not let us in" in said or "a Sentinel's URL begins with redis+sentinel:" in said
    assert "this server keeps no data" in web(f"redis://127.0.0.1:{sentinels.sentinel.port}/0")


def test_something_else_than_redis(web: Web) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            said = web(f"redis://:{WRONG}@127.0.0.1:{server.server_port}/0")
        finally:
            server.shutdown()
            thread.join()
    assert said.endswith("; what listens there is no Redis\n")


def test_a_socket_that_is_none_and_a_database_behind_one(web: Web, tmp_path: Path) -> None:
    socket = Path("/tmp") / f"mbasic-{free_port()}.sock"  # its path must be short
    with RedisServer(tmp_path / "redis", options={"unixsocket": str(socket), "requirepass": PASSWORD}):
        assert "DB index is out of range" in web(f"redis+unix://:{PASSWORD}@{socket}?db=20")
        assert "does not let us in" in web(f"redis+unix://:{WRONG}@{socket}")
    assert "it names no socket" in web(f"redis+unix://:{WRONG}@127.0.0.1/0")
    assert str(socket) in web(f"redis+unix://:{WRONG}@{socket}", waits=False)


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
