"""Where settings come from, which source wins, and what becomes of the secret."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mbasic_core.config import SecretMissing, Settings, SettingsError, exported, resolve_secret

SECRET = "a-secret-long-enough"
REDIS = "redis://127.0.0.1:6379/0"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment whose configuration file and data folder are the test's own."""
    return {"MBASIC_CONFIG": str(tmp_path / "config.toml"), "MBASIC_DATA_DIR": str(tmp_path / "data")}


def test_defaults_need_no_service(environ: dict[str, str]) -> None:
    settings = Settings.load({}, environ)
    assert (settings.store_url, settings.namespace) == ("memory:", "mbasic:")
    assert (settings.host, settings.port, settings.open_browser) == ("127.0.0.1", 8080, True)
    assert (settings.secrets, settings.timeout, settings.wait_for_store) == ((), 3.0, False)


def test_flag_beats_environment_beats_nicegui_beats_file(environ: dict[str, str]) -> None:
    Path(environ["MBASIC_CONFIG"]).write_text('store = "sqlite:from-file.db"\n')
    assert Settings.load({}, dict(environ)).store_url == "sqlite:from-file.db"
    environ["NICEGUI_REDIS_URL"] = REDIS
    assert Settings.load({}, dict(environ)).store_url == REDIS
    environ["MBASIC_STORE"] = "sqlite:from-environment.db"
    assert Settings.load({"store_url": None}, dict(environ)).store_url == "sqlite:from-environment.db"
    assert Settings.load({"store_url": "memory:"}, dict(environ)).store_url == "memory:"


def test_nicegui_variables_leave_the_environment_even_when_unused(environ: dict[str, str]) -> None:
    environ |= {"NICEGUI_REDIS_URL": REDIS, "NICEGUI_REDIS_KEY_PREFIX": "other:"}
    settings = Settings.load({"store_url": "memory:"}, environ)
    assert settings.namespace == "other:"
    assert not [name for name in environ if name.startswith("NICEGUI_")]


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MBASIC_PORT", "8123")
    assert Settings.load().port == 8123


def test_every_key_of_the_file(environ: dict[str, str], tmp_path: Path) -> None:
    Path(environ["MBASIC_CONFIG"]).write_text(
        f'store = "memory:"\nnamespace = "n:"\ndata_dir = "{tmp_path}"\nhost = "::1"\nport = 9000\n'
        "open_browser = false\n"
        f'storage_secret = ["{SECRET}"]\nstorage_key = ["k1", "k2"]\nstore_timeout = 1.5\nlog_format = "json"\n'
        "wait_for_store = true\ndrain = 0\ngrace = 20\n"
    )
    del environ["MBASIC_DATA_DIR"]
    settings = Settings.load({}, environ)
    assert settings == Settings(
        namespace="n:", data_dir=tmp_path, host="::1", port=9000, open_browser=False, secrets=(SECRET,), timeout=1.5,
        log_format="json", wait_for_store=True, storage_keys=("k1", "k2"), drain=0.0, grace=20.0,
    )  # fmt: skip


def test_the_configuration_folder_of_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("platformdirs.user_config_dir", lambda name, **_: str(tmp_path / name))
    (tmp_path / "mbasic").mkdir()
    (tmp_path / "mbasic" / "config.toml").write_text("port = 8999\n")
    assert Settings.load({}, {}).port == 8999


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("MBASIC_PORT", "high", "MBASIC_PORT: a port number is expected, not 'high'"),
        ("MBASIC_PORT", "65536", "from 0 to 65535"),
        ("MBASIC_STORE_TIMEOUT", "0", "above 0"),
        ("MBASIC_STORE_TIMEOUT", "soon", "number of seconds"),
        ("MBASIC_STORE_TIMEOUT", "nan", "above 0"),
        ("MBASIC_GRACE", "0", "above 0"),
        ("MBASIC_DRAIN", "-1", "above 0"),
        ("MBASIC_OPEN_BROWSER", "perhaps", "yes or no"),
        ("MBASIC_LOG_FORMAT", "xml", "text or json"),
        ("MBASIC_STORAGE_SECRET", ",", "a secret is expected"),
    ],
)
def test_a_bad_value_names_its_source(environ: dict[str, str], variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        Settings.load({}, {**environ, variable: value})
    assert variable in str(caught.value)


@pytest.mark.parametrize("text", ["port = \n", 'colour = "green"\n', "store = 5\n", 'host = ""\n'])
def test_a_bad_file_is_named(environ: dict[str, str], text: str) -> None:
    Path(environ["MBASIC_CONFIG"]).write_text(text)
    with pytest.raises(SettingsError, match=r"config\.toml"):
        Settings.load({}, environ)


def test_a_file_asked_for_must_exist(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="no such configuration file"):
        Settings.load({}, environ, file=tmp_path / "absent.toml")


def test_secrets_rotate_and_are_not_shown(environ: dict[str, str]) -> None:
    settings = Settings.load({}, {**environ, "MBASIC_STORAGE_SECRET": f"{SECRET}-new, {SECRET}-old"})
    assert settings.secrets == (f"{SECRET}-new", f"{SECRET}-old")
    assert SECRET not in repr(settings)
    assert resolve_secret(settings, "network") == settings.secrets


@pytest.mark.parametrize("scope", ["process", "host"])
def test_a_secret_is_made_once_and_kept_private(environ: dict[str, str], scope: str) -> None:
    settings = Settings.load({}, environ)
    first = resolve_secret(settings, scope)  # type: ignore[arg-type]  # a parameter of the test is a plain str
    assert len(first) == 1
    assert len(first[0]) >= 40
    assert resolve_secret(settings, "host") == first
    kept = settings.data_dir / "secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret"]


def test_servers_that_start_together_agree(environ: dict[str, str]) -> None:
    settings = Settings.load({}, environ)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: resolve_secret(settings, "host"), range(16)))
    assert len(set(made)) == 1


def test_a_shared_store_without_a_secret_is_refused_with_the_command_that_makes_one(environ: dict[str, str]) -> None:
    with pytest.raises(SecretMissing, match="token_urlsafe") as caught:
        resolve_secret(Settings.load({}, environ), "network")
    assert "\n" not in str(caught.value)
    assert "MBASIC_STORAGE_SECRET" in str(caught.value)


def test_a_data_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot keep the server's secret"):
        resolve_secret(Settings(data_dir=tmp_path / "file"), "host")


def test_a_spoilt_secret_file_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="secret"):
        resolve_secret(Settings(data_dir=tmp_path), "host")


def test_exported_settings_are_read_back_by_a_process_that_is_given_them(tmp_path: Path) -> None:
    settings = Settings(
        store_url="redis://:p%40ss@host/1",
        namespace="other:",
        data_dir=tmp_path,
        port=9000,
        open_browser=False,
        secrets=("one-secret", "another"),
        timeout=1.5,
        log_format="json",
    )
    environment = exported(settings, {"PATH": "/bin", "MBASIC_PORT": "1", "MBASIC_CONFIG": "/dev/null"})
    assert environment["PATH"] == "/bin"
    assert Settings.load(environ=environment) == settings


@pytest.mark.parametrize(
    ("host", "address", "url"),
    [
        ("127.0.0.1", "127.0.0.1:9000", "http://127.0.0.1:9000/"),
        ("0.0.0.0", "0.0.0.0:9000", "http://127.0.0.1:9000/"),
        ("::", "[::]:9000", "http://[::1]:9000/"),
        ("::1", "[::1]:9000", "http://[::1]:9000/"),
        ("basic.example", "basic.example:9000", "http://basic.example:9000/"),
    ],
)
def test_where_a_server_listens_and_where_it_is_found(host: str, address: str, url: str) -> None:
    settings = Settings(host=host, port=9000)
    assert (settings.address, settings.url) == (address, url)
