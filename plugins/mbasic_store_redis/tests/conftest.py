"""Redis servers of the tests' own, and a certificate."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import RedisServer, free_port, redis_binaries


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A server without a log, for the tests of a file."""
    with RedisServer(tmp_path_factory.mktemp("redis"), options={"databases": "16"}) as server:
        yield server


@pytest.fixture
def socket() -> Path:
    """Where the server `own` listens too; a socket's path must be short."""
    return Path("/tmp") / f"mbasic-{free_port()}.sock"


@pytest.fixture
def own(tmp_path: Path, socket: Path) -> Iterator[RedisServer]:
    """A server with a log, for one test, which may do with it what it likes."""
    with RedisServer(tmp_path / "redis", aof=True, options={"unixsocket": str(socket)}) as server:
        yield server


@pytest.fixture(params=redis_binaries(), ids=lambda binary: Path(binary).parts[-3])
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RedisServer]:
    """A server for one test, of each make that is here."""
    with RedisServer(tmp_path / "each", aof=True, binary=request.param) as server:
        yield server


@pytest.fixture(scope="module", params=redis_binaries()[1:], ids=lambda binary: Path(binary).parts[-3])
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A server of each other make that is here."""
    with RedisServer(tmp_path_factory.mktemp("other"), aof=True, binary=request.param) as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, with its key in the same file; alone in `.crt`, its key in `.key`, another one's in
    `.other`, and its key under the password `sesame` in `.locked`.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    for key in ("key", "other"):
        command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
        command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{file}.{key}"]
        command += ["-out", f"{file}.{'crt' if key == 'key' else 'another'}"]
        subprocess.run(command, check=True, capture_output=True)
    lock = [openssl, "rsa", "-aes256", "-passout", "pass:sesame", "-in", f"{file}.key", "-out", f"{file}.locked"]
    subprocess.run(lock, check=True, capture_output=True)
    file.write_text(Path(f"{file}.key").read_text() + Path(f"{file}.crt").read_text())
    return file
