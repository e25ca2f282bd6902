"""Settings: what is set is taken, what is wrong is refused with a sentence that names it."""

import stat
from pathlib import Path

import pytest

from app.config import DOCUMENTED, Settings, WrongSetting, keep_secret, read_settings


def read(**given: str) -> Settings:
    return read_settings({f"UKETSUKE_{name}": value for name, value in given.items()})


def test_without_any_setting_it_runs_on_this_machine_alone() -> None:
    settings = read_settings({})
    assert settings.database_url == f"sqlite:///{Path('var').absolute()}/uketsuke.sqlite3"
    assert (settings.host, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert (settings.secure, settings.trusted_proxies, settings.mail_url) == (False, (), "")
    assert (settings.rate_limits, settings.mail_worker, settings.mode) == (True, True, "local")


def test_the_base_url_follows_port_and_certificate() -> None:
    settings = read(PORT="8443", TLS_CERT="/c", TLS_KEY="/k")
    assert settings.base_url == "https://localhost:8443"
    assert settings.secure


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://Event.Example.jp/", "https://event.example.jp"),
        ("https://event.example.jp:443", "https://event.example.jp"),
        ("http://event.example.jp:80", "http://event.example.jp"),
        ("https://192.168.1.20:8443", "https://192.168.1.20:8443"),
        ("http://[fd00::2]:8000", "http://[fd00::2]:8000"),
    ],
)
def test_the_base_url_is_written_as_browsers_write_an_origin(written: str, meant: str) -> None:
    assert read(BASE_URL=written).base_url == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("info@example.jp", "info@example.jp"),
        ("Uketsuke <info@example.jp>", "info@example.jp"),
        ('"Uketsuke, 受付" <no-reply+x@mail.example.co.jp>', "no-reply+x@mail.example.co.jp"),
        ("<root@localhost>", "root@localhost"),
    ],
)
def test_the_sender_of_letters_is_one_address_with_or_without_a_name(written: str, meant: str) -> None:
    assert read(MAIL_FROM=written).mail_from == meant


@pytest.mark.parametrize(
    "written",
    ["info", "info@", "@example.jp", "a@b@c.jp", "info@example.jp, b@example.jp", "Name <info>", "Name info@example.jp",
     "info@exa mple.jp", "<info@example.jp", "info@example.jp>", "a..b@example.jp", "info@-x.jp", "info@x..jp",
     "受付@example.jp", "info@受付.jp", "N\n <info@example.jp>"],
)  # fmt: skip
def test_a_sender_that_no_letter_could_have_stops_the_start(written: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        read(MAIL_FROM=written)
    assert str(refused.value) == (
        f"UKETSUKE_MAIL_FROM is {written!r}; expected one mail address like info@example.jp or Name <info@example.jp>."
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgresql://u:p@host/db", "postgresql+psycopg://u:p@host/db"),
        ("postgres://u@/db?host=/run", "postgresql+psycopg://u@/db?host=/run"),
        ("sqlite:////srv/a.sqlite3", "sqlite:////srv/a.sqlite3"),
        ("sqlite:///a.sqlite3", f"sqlite:///{Path('a.sqlite3').absolute()}"),
    ],
)
def test_the_database_is_one_of_two_kinds(written: str, meant: str) -> None:
    assert read(DATABASE_URL=written).database_url == meant


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "65536", "a whole number from 1 to 65535"),
        ("PORT", "８０", "a whole number from 1 to 65535"),
        ("PORT", "-1", "a whole number from 1 to 65535"),
        ("THREADS", "65", "a whole number from 1 to 64"),
        ("HOST", "example.jp", "an address like 0.0.0.0"),
        ("BASE_URL", "event.example.jp", "an address like https://event.example.jp"),
        ("BASE_URL", "ftp://event.example.jp", "an address like https://event.example.jp"),
        ("BASE_URL", "https://event.example.jp/path", "an address like https://event.example.jp"),
        ("BASE_URL", "https://me@event.example.jp", "an address like https://event.example.jp"),
        ("BASE_URL", "https://event.example.jp:port", "an address like https://event.example.jp"),
        ("BASE_URL", "http://[fd00", "an address like https://event.example.jp"),
        ("DATABASE_URL", "mysql://host/db", "sqlite:///a/file or postgresql://"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///a/file or postgresql://"),
        ("DATABASE_URL", "sqlite:///a?mode=ro", "sqlite:///a/file or postgresql://"),
        ("MAIL_URL", "mail.example.jp", "smtp://user:password@host:587"),
        ("LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("MODE", "test", "one of local, production"),
        ("RATE_LIMITS", "maybe", "one of on, off"),
        ("MAIL_WORKER", "2", "one of on, off"),
        ("PROCESSES", "0", "a whole number from 1 to 16"),
        ("PROCESSES", "2", "expected 1, for SQLite is served by one process"),
        ("TRUSTED_PROXIES", "127.0.0.1, proxy", "addresses or networks"),
        ("SECRET_KEY", "short", "at least 32 random characters"),
        ("MAIL_URL", "smtp://host:post", "smtp://user:password@host:587"),
        ("MAIL_URL", "smtp://[host", "smtp://user:password@host:587"),
        ("DATABASE_URL", "postgresql://uketsuke@host:port/name", "postgresql://user@host/name"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_what_was_expected(name: str, value: str, expected: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        read(**{name: value})
    assert f"UKETSUKE_{name}" in str(refused.value)
    assert expected in str(refused.value)


def test_one_process_serves_on_sqlite_and_two_on_postgresql_unless_asked_for_otherwise() -> None:
    on_postgresql = {"DATABASE_URL": "postgresql://host/name"}
    assert [read().processes, read(**on_postgresql).processes] == [1, 2]
    assert read(**on_postgresql, PROCESSES="1").processes == 1


def test_production_needs_a_secret_key() -> None:
    with pytest.raises(WrongSetting, match="UKETSUKE_SECRET_KEY is required when UKETSUKE_MODE is production"):
        read(MODE="production")
    assert read(MODE="production", SECRET_KEY="x" * 32).secret_key == "x" * 32


def test_certificate_and_key_belong_together() -> None:
    with pytest.raises(WrongSetting, match="belong together"):
        read(TLS_CERT="/c")


def test_a_misspelt_setting_is_not_passed_over() -> None:
    with pytest.raises(WrongSetting, match="UKETSUKE_PROT is not a setting"):
        read(PROT="8000")


def test_an_empty_setting_is_as_good_as_none() -> None:
    assert read(PORT="", MODE=" ").port == 8000


def test_every_documented_setting_is_read_and_every_one_read_is_documented() -> None:
    """Reading asks for exactly the documented names."""
    asked: set[str] = set()

    class Watched(dict[str, str]):
        def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
            asked.add(key)
            return default

    read_settings(Watched())
    assert asked == {setting.name for setting in DOCUMENTED}


def test_a_kept_secret_is_made_once_and_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = keep_secret(tmp_path / "secret-key")
    assert keep_secret(tmp_path / "secret-key") == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
