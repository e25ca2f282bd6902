"""How a letter leaves: into the local mailbox folder, or to a mail server over SMTP with TLS."""

import mailbox
import re
import smtplib
import ssl
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from app.config import Settings
from app.outbox.rules import Answer, Outcome

ANSWER_WITHIN_SECONDS = 30
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
_PLAIN_LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)


class Transport(Protocol):
    """A way out. `send` never raises: what a server says is an answer."""

    def send(self, message: EmailMessage, *, sender: str, to: str) -> Answer: ...

    def rest(self) -> None:
        """Let go of what is open, until the next letter."""


def transport_for(settings: Settings) -> Transport:
    """The mail server that the settings name, or else the mailbox in the data folder."""
    if settings.mail_url:
        return SmtpTransport(mail_server(settings.mail_url))
    return MailboxTransport(settings.data_dir / "mailbox")


class MailboxTransport:
    """Letters as files in a Maildir, for trying things out and for events without a mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, *, sender: str, to: str) -> Answer:  # noqa: ARG002
        """Keep the letter; it counts as sent."""
        try:
            mailbox.Maildir(self.folder, create=True).add(message.as_bytes(policy=policy.SMTP))
        except OSError as error:
            return Answer(Outcome.LATER, f"the mailbox folder cannot be written: {error.strerror}")
        return Answer(Outcome.ACCEPTED)

    def rest(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class MailServer:
    """Where and how: `security` is tls (from the first byte), starttls (required) or plain."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""


def mail_server(url: str) -> MailServer:
    """What an UKETSUKE_MAIL_URL means; smtp:// insists on STARTTLS unless the server is on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    security = {"smtps": "tls", "smtp+plain": "plain"}.get(parts.scheme)
    security = security or ("plain" if _on_this_machine(host) else "starttls")
    port = parts.port or {"tls": 465, "starttls": 587, "plain": 25}[security]
    return MailServer(host, port, security, unquote(parts.username or ""), unquote(parts.password or ""))


class SmtpTransport:
    """Letters over SMTP; one connection serves a run of letters."""

    def __init__(self, server: MailServer, *, trust: ssl.SSLContext | None = None) -> None:
        self.server = server
        self.trust = trust
        self.open: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, *, sender: str, to: str) -> Answer:
        """Hand one letter over, and say exactly how far it came."""
        try:
            connection = self.open or self._connect()
            self._envelope(connection, sender, to)
        except _Said as said:
            return self._answer(said)
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(Outcome.LATER, error)
        return self._content(connection, message.as_bytes(policy=policy.SMTP))

    def rest(self) -> None:
        """Say goodbye, if still connected."""
        connection, self.open = self.open, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        server, trust = self.server, self.trust or ssl.create_default_context()
        connection = (
            smtplib.SMTP_SSL(server.host, server.port, timeout=ANSWER_WITHIN_SECONDS, context=trust)
            if server.security == "tls"
            else smtplib.SMTP(server.host, server.port, timeout=ANSWER_WITHIN_SECONDS)
        )
        try:
            if server.security == "starttls":
                connection.starttls(context=trust)
            if server.user:
                connection.login(server.user, server.password)
            connection.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        self.open = connection
        return connection

    def _envelope(self, connection: smtplib.SMTP, sender: str, to: str) -> None:
        """MAIL and RCPT; only a mailbox that the server will never know is refused for good."""
        _expect(connection.docmd("MAIL", f"FROM:<{quoted(sender)}>"), refused=False)
        _expect(connection.docmd("RCPT", f"TO:<{quoted(to)}>"), refused=True)

    def _content(self, connection: smtplib.SMTP, content: bytes) -> Answer:
        try:
            _expect(connection.docmd("DATA"), refused=False)
        except _Said as said:
            return self._answer(said)
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(Outcome.LATER, error)
        try:
            connection.send(re.sub(rb"(?m)^\.", b"..", content).removesuffix(b"\r\n") + b"\r\n.\r\n")
            _expect(connection.getreply(), refused=True)
        except _Said as said:
            return self._answer(said)
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(Outcome.ANSWER_LOST, error)
        return Answer(Outcome.ACCEPTED)

    def _answer(self, said: "_Said") -> Answer:
        """What the server said, with the connection ready for the next letter or gone."""
        try:
            if self.open is not None:
                self.open.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()
        return Answer(said.outcome, without_addresses(f"{said.code} {said.text}"))

    def _broken(self, outcome: Outcome, error: Exception) -> Answer:
        self._drop()
        return Answer(outcome, without_addresses(f"{type(error).__name__}: {error}"))

    def _drop(self) -> None:
        connection, self.open = self.open, None
        if connection is not None:
            connection.close()


def quoted(address: str) -> str:
    """An address as SMTP wants it: carriers gave out names like `a..b` or `a.`, which only stand in quotes."""
    local, _, domain = address.rpartition("@")
    if _PLAIN_LOCAL_PART.fullmatch(local):
        return address
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{domain}'


def without_addresses(text: str) -> str:
    """A server's words without the mail addresses that it repeats."""
    return _ADDRESS.sub("…", " ".join(text.split()))


class _Said(Exception):
    """A reply that is not the wanted one."""

    def __init__(self, code: int, text: str, outcome: Outcome) -> None:
        super().__init__(code)
        self.code, self.text, self.outcome = code, text, outcome


def _expect(reply: tuple[int, bytes], *, refused: bool) -> None:
    """Go on after 2xx and 3xx; `refused`: a 5xx here is about this letter and will not change."""
    code, text = reply
    if code == -1:
        raise smtplib.SMTPServerDisconnected("the connection was closed")
    if not 200 <= code < 400:
        outcome = Outcome.REFUSED if refused and code >= 500 else Outcome.LATER
        raise _Said(code, text.decode("utf-8", "replace"), outcome)


def _on_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
