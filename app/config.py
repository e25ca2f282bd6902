"""Settings come from environment variables named UKETSUKE_…; a wrong value stops the start with a sentence."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

_ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = rf"({_ATOMS}@{_LABEL}(?:\.{_LABEL})*)"
_SITE = re.compile(rf"https?://(?:\*\.)?{_LABEL}(?:\.{_LABEL})*(?::\d{{1,5}})?")
_POSTGRESQL = re.compile(
    r"(?:postgres|postgresql|postgresql\+psycopg)://(?:[^@]*@)?(?:\[[^\]]*\]|[^:/?@]*)(?::\d+)?(?:[/?].*)?"
)
_SENDER = re.compile(rf"[^<>@\x00-\x1f\x7f]*<{_ADDRESS}>|{_ADDRESS}")


class WrongSetting(Exception):
    """A setting that cannot be used; the message names it and says what was expected."""


@dataclass(frozen=True)
class Settings:
    """Everything that an operator can set, read once at start."""

    data_dir: Path
    database_url: str
    host: str
    port: int
    base_url: str
    secret_key: str
    mail_url: str
    mail_from: str
    tls_cert: str
    tls_key: str
    trusted_proxies: tuple[str, ...]
    log_level: str
    mode: str
    framed_by: str
    rate_limits: bool
    threads: int
    processes: int
    mail_worker: bool

    @property
    def secure(self) -> bool:
        """Cookies are Secure exactly when the public address is https."""
        return self.base_url.startswith("https://")

    @property
    def public_name(self) -> bool:
        """Whether the public address is a name of its own, not of one machine: browsers may remember it as https."""
        host = urlsplit(self.base_url).hostname or ""
        return "." in host and not host.endswith((".local", ".localhost")) and not _is_address(host)

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_file(self) -> Path:
        """The database's file; only on SQLite."""
        return Path(self.database_url.removeprefix("sqlite:///"))


@dataclass(frozen=True)
class Setting:
    """One documented variable: its name, default as shown to people, and what it means."""

    name: str
    default: str
    meaning: str


DOCUMENTED: tuple[Setting, ...] = (
    Setting("UKETSUKE_DATA_DIR", "var", "folder for the database, generated secrets and the local mailbox"),
    Setting("UKETSUKE_DATABASE_URL", "SQLite in the data folder", "sqlite:///… or postgresql://…"),
    Setting("UKETSUKE_HOST", "127.0.0.1", "address to listen on; 0.0.0.0 so that other machines reach it"),
    Setting("UKETSUKE_PORT", "8000", "port to listen on, 1 to 65535"),
    Setting(
        "UKETSUKE_BASE_URL",
        "http://localhost:<port>",
        "address as people type it; https:// makes cookies Secure",
    ),
    Setting(
        "UKETSUKE_SECRET_KEY",
        "generated into the data folder",
        "at least 32 characters; required in production",
    ),
    Setting(
        "UKETSUKE_MAIL_URL",
        "none: letters go to the local mailbox",
        "smtp://user:password@host:587, smtps://host:465",
    ),
    Setting(
        "UKETSUKE_MAIL_FROM",
        "uketsuke@localhost",
        "sender address of letters: info@example.jp or Name <info@example.jp>",
    ),
    Setting("UKETSUKE_TLS_CERT", "none", "certificate file; with the key, the server speaks HTTPS itself"),
    Setting("UKETSUKE_TLS_KEY", "none", "private key file of the certificate"),
    Setting("UKETSUKE_TRUSTED_PROXIES", "none", "addresses or networks of proxies, comma separated"),
    Setting("UKETSUKE_LOG_LEVEL", "info", "debug, info, warning or error"),
    Setting("UKETSUKE_MODE", "local", "local or production"),
    Setting("UKETSUKE_FRAMED_BY", "*", "sites that may frame the programme: *, none, or addresses, comma separated"),
    Setting("UKETSUKE_RATE_LIMITS", "on", "on or off; off only for measuring"),
    Setting("UKETSUKE_THREADS", "8", "pages worked on at a time, 1 to 64; scans do not count"),
    Setting("UKETSUKE_PROCESSES", "2 on PostgreSQL", "processes that serve, 1 to 16; on SQLite it is always one"),
    Setting("UKETSUKE_MAIL_WORKER", "on", "on: the server sends letters itself; off: `uketsuke worker` does"),
)


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check every setting; raises WrongSetting naming the first one that cannot be used."""
    unknown = sorted({name for name in environ if name.startswith("UKETSUKE_")} - _known_names())
    if unknown:
        raise WrongSetting(f"{unknown[0]} is not a setting of Uketsuke; `uketsuke settings` lists them.")
    read = _Reader(environ)
    data_dir = Path(read.text("UKETSUKE_DATA_DIR", "var")).absolute()
    port = read.number("UKETSUKE_PORT", 8000, 1, 65535)
    mode = read.one_of("UKETSUKE_MODE", "local", ("local", "production"))
    cert, key = read.text("UKETSUKE_TLS_CERT", ""), read.text("UKETSUKE_TLS_KEY", "")
    scheme = "https" if cert else "http"
    database_url = database_at(read.text("UKETSUKE_DATABASE_URL", ""), data_dir)
    settings = Settings(
        data_dir=data_dir,
        database_url=database_url,
        host=_host(read.text("UKETSUKE_HOST", "127.0.0.1")),
        port=port,
        base_url=_base_url(read.text("UKETSUKE_BASE_URL", f"{scheme}://localhost:{port}")),
        secret_key=_secret_key(read.text("UKETSUKE_SECRET_KEY", ""), mode),
        mail_url=_mail_url(read.text("UKETSUKE_MAIL_URL", "")),
        mail_from=_mail_from(read.text("UKETSUKE_MAIL_FROM", "uketsuke@localhost")),
        tls_cert=cert,
        tls_key=key,
        trusted_proxies=_networks(read.text("UKETSUKE_TRUSTED_PROXIES", "")),
        log_level=read.one_of("UKETSUKE_LOG_LEVEL", "info", ("debug", "info", "warning", "error")),
        mode=mode,
        framed_by=_sites(read.text("UKETSUKE_FRAMED_BY", "*")),
        rate_limits=read.one_of("UKETSUKE_RATE_LIMITS", "on", ("on", "off")) == "on",
        threads=read.number("UKETSUKE_THREADS", 8, 1, 64),
        processes=_processes(read, database_url),
        mail_worker=read.one_of("UKETSUKE_MAIL_WORKER", "on", ("on", "off")) == "on",
    )
    _check_tls(settings)
    return settings


def keep_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """The secret kept in `path`, made at first use and readable by its owner only; two processes agree on one."""
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise WrongSetting(f"{name} is {text!r}; expected a whole number from {low} to {high}.")
        return int(text)

    def one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        text = self.text(name, default).lower()
        if text not in choices:
            raise WrongSetting(f"{name} is {text!r}; expected one of {', '.join(choices)}.")
        return text


def _known_names() -> set[str]:
    return {setting.name for setting in DOCUMENTED} | {"UKETSUKE_TEST_POSTGRES"}


def database_at(text: str, data_dir: Path, name: str = "UKETSUKE_DATABASE_URL") -> str:
    """The address of a database as the program uses it. Raises WrongSetting, which calls the setting by `name`."""
    if not text:
        return f"sqlite:///{data_dir / 'uketsuke.sqlite3'}"
    if _POSTGRESQL.fullmatch(text):
        return "postgresql+psycopg://" + text.split("://", 1)[1]
    path = text.removeprefix("sqlite:///")
    if path in ("", text) or path.startswith(":memory:") or "?" in path:
        raise WrongSetting(f"{name} must look like sqlite:///a/file or postgresql://user@host/name.")
    return f"sqlite:///{Path(path).absolute()}"


def _processes(read: _Reader, database_url: str) -> int:
    on_sqlite = database_url.startswith("sqlite")
    processes = read.number("UKETSUKE_PROCESSES", 1 if on_sqlite else 2, 1, 16)
    if on_sqlite and processes > 1:
        raise WrongSetting(f"UKETSUKE_PROCESSES is '{processes}'; expected 1, for SQLite is served by one process.")
    return processes


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _host(text: str) -> str:
    try:
        return str(ip_address("127.0.0.1" if text == "localhost" else text))
    except ValueError:
        raise WrongSetting(f"UKETSUKE_HOST is {text!r}; expected an address like 0.0.0.0 or 192.168.1.20.") from None


def _base_url(text: str) -> str:
    """Scheme, host and port as browsers write them in `Origin`: lower case, no default port."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _wrong_base_url(text) from None
    further = parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in ("http", "https") or not parts.hostname or further:
        raise _wrong_base_url(text)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def _wrong_base_url(text: str) -> WrongSetting:
    return WrongSetting(f"UKETSUKE_BASE_URL is {text!r}; expected an address like https://event.example.jp.")


def _secret_key(text: str, mode: str) -> str:
    if text and len(text) < 32:
        raise WrongSetting("UKETSUKE_SECRET_KEY is too short; expected at least 32 random characters.")
    if not text and mode == "production":
        raise WrongSetting("UKETSUKE_SECRET_KEY is required when UKETSUKE_MODE is production.")
    return text


def _mail_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        wrong = parts.scheme not in ("smtp", "smtps", "smtp+plain") or not parts.hostname or parts.port == 0
    except ValueError:
        wrong = True
    if text and wrong:
        raise WrongSetting("UKETSUKE_MAIL_URL must look like smtp://user:password@host:587 or smtps://host:465.")
    return text


def _mail_from(text: str) -> str:
    """The address alone: the name that people read beside it is the event's."""
    found = _SENDER.fullmatch(text)
    if found is None:
        raise WrongSetting(
            f"UKETSUKE_MAIL_FROM is {text!r}; expected one mail address like info@example.jp or Name <info@example.jp>."
        )
    return found[1] or found[2]


def _networks(text: str) -> tuple[str, ...]:
    networks = tuple(part.strip() for part in text.split(",") if part.strip())
    for network in networks:
        try:
            ip_network(network, strict=False)
        except ValueError:
            raise WrongSetting(f"UKETSUKE_TRUSTED_PROXIES holds {network!r}; expected addresses or networks.") from None
    return networks


def _sites(text: str) -> str:
    """Sites as `frame-ancestors` takes them; empty: none."""
    if text in ("*", "none"):
        return text.removeprefix("none")
    sites = [part.strip().rstrip("/") for part in text.split(",") if part.strip()]
    if not all(_SITE.fullmatch(site) for site in sites):
        raise WrongSetting(
            f"UKETSUKE_FRAMED_BY is {text!r}; expected *, none or addresses like https://city.example.jp."
        )
    return " ".join(sites)


def _check_tls(settings: Settings) -> None:
    if bool(settings.tls_cert) != bool(settings.tls_key):
        raise WrongSetting("UKETSUKE_TLS_CERT and UKETSUKE_TLS_KEY belong together; only one of them is set.")
