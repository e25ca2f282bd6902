"""Letters over real SMTP, with and without TLS, with servers that refuse, delay and break off; and the mailbox."""

import mailbox
import socket
import ssl
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from app.outbox.rules import Outcome
from app.outbox.transports import (
    MailboxTransport,
    MailServer,
    SmtpTransport,
    mail_server,
    quoted,
    without_addresses,
)

SENDER, TO = "fair@example.jp", "ana@example.jp"


def letter(body: str = "こんにちは", to: str = TO) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "参加票", SENDER, quoted(to)
    message["Message-ID"] = "<same@example.jp>"
    message.set_content(body, cte="base64")
    return message


@dataclass
class Server:
    """A real SMTP server of this test, and what it was told."""

    port: int = 0
    kept: list[Envelope] = field(default_factory=list)
    connections: int = 0
    encrypted: list[bool] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    rcpt_answer: str = "250 OK"
    break_off: bool = False

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.encrypted.append(session.ssl is not None)
        self.kept.append(envelope)
        if self.break_off:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return self.answers.pop(0) if self.answers else "250 kept"


@contextmanager
def running(**options: Any) -> Iterator[Server]:
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def to_server(server: Server, security: str = "plain", **more: Any) -> SmtpTransport:
    trust = more.pop("trust", None)
    return SmtpTransport(MailServer("127.0.0.1", server.port, security, **more), trust=trust)


def test_a_letter_arrives_as_it_was_written() -> None:
    with running() as server:
        transport = to_server(server)
        assert transport.send(letter(".\r\n.leading dots\r\n"), sender=SENDER, to=TO).outcome is Outcome.ACCEPTED
        transport.rest()
    (envelope,) = server.kept
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [TO])
    arrived = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
    assert isinstance(arrived, EmailMessage)
    assert (arrived["Subject"], arrived["Message-ID"]) == ("参加票", "<same@example.jp>")
    assert arrived.get_content().splitlines() == [".", ".leading dots"]


def test_lines_that_begin_with_a_dot_pass_through_unharmed() -> None:
    message = letter()
    message.set_content(".\n..\n.end\n", cte="7bit")
    with running() as server:
        transport = to_server(server)
        transport.send(message, sender=SENDER, to=TO)
        transport.rest()
    arrived = message_from_bytes(server.kept[0].content, policy=policy.default)  # type: ignore[arg-type]
    assert arrived.get_content() == ".\r\n..\r\n.end\r\n"


def test_a_run_of_letters_uses_one_connection() -> None:
    with running() as server:
        transport = to_server(server)
        outcomes = [transport.send(letter(), sender=SENDER, to=TO).outcome for _ in range(3)]
        first = transport.open
        outcomes.append(transport.send(letter(), sender=SENDER, to=TO).outcome)
        assert transport.open is first
        transport.rest()
    assert (outcomes, len(server.kept)) == ([Outcome.ACCEPTED] * 4, 4)


@pytest.mark.parametrize("address", ["a..b@docomo.ne.jp", ".ana.@ezweb.ne.jp", "ana+fair@example.jp"])
def test_addresses_as_carriers_gave_them_out_reach_the_server(address: str) -> None:
    with running() as server:
        transport = to_server(server)
        assert transport.send(letter(to=address), sender=SENDER, to=address).outcome is Outcome.ACCEPTED
        transport.rest()
    assert [one.strip('"').replace('"@', "@") for one in server.kept[0].rcpt_tos] == [address]


def test_odd_local_parts_stand_in_quotes_and_plain_ones_do_not() -> None:
    assert [quoted(one) for one in ("a.b@x.jp", "a..b@x.jp", ".a@x.jp", "a.@x.jp")] == [
        "a.b@x.jp", '"a..b"@x.jp', '".a"@x.jp', '"a."@x.jp',
    ]  # fmt: skip


@pytest.mark.parametrize(("said", "outcome"), [("451 try later", Outcome.LATER), ("554 no spam", Outcome.REFUSED)])
def test_what_the_server_says_of_the_content_decides(said: str, outcome: Outcome) -> None:
    with running() as server:
        server.answers = [said]
        transport = to_server(server)
        answer = transport.send(letter(), sender=SENDER, to=TO)
        assert (answer.outcome, answer.reason) == (outcome, said)
        assert transport.send(letter(), sender=SENDER, to=TO).outcome is Outcome.ACCEPTED
        transport.rest()


@pytest.mark.parametrize(
    ("said", "outcome"),
    [("450 mailbox busy", Outcome.LATER), ("550 <ana@example.jp>: no such user", Outcome.REFUSED)],
)
def test_what_the_server_says_of_the_mailbox_decides_and_its_address_is_not_kept(said: str, outcome: Outcome) -> None:
    with running() as server:
        server.rcpt_answer = said
        transport = to_server(server)
        answer = transport.send(letter(), sender=SENDER, to=TO)
        transport.rest()
    assert (answer.outcome, answer.reason) == (outcome, without_addresses(said))
    assert "@" not in answer.reason


def test_a_connection_that_breaks_after_the_content_leaves_the_letter_perhaps_sent() -> None:
    with running() as server:
        server.break_off = True
        transport = to_server(server)
        answer = transport.send(letter(), sender=SENDER, to=TO)
        assert (answer.outcome, len(server.kept), transport.open) == (Outcome.ANSWER_LOST, 1, None)
        server.break_off = False
        assert transport.send(letter(), sender=SENDER, to=TO).outcome is Outcome.ACCEPTED
        transport.rest()


def test_a_server_that_is_not_there_means_later() -> None:
    transport = SmtpTransport(MailServer("127.0.0.1", free_port(), "plain"))
    assert transport.send(letter(), sender=SENDER, to=TO).outcome is Outcome.LATER


def test_a_server_that_went_away_between_two_letters_means_later_not_lost() -> None:
    with running() as server:
        transport = to_server(server)
        transport.send(letter(), sender=SENDER, to=TO)
    assert transport.send(letter(), sender=SENDER, to=TO).outcome is Outcome.LATER


@dataclass(frozen=True)
class Certificate:
    """A made certificate for 127.0.0.1: how a server shows it and how a client trusts it."""

    shown: ssl.SSLContext
    trusted: ssl.SSLContext


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("certificate")
    make_certificate(folder)
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return Certificate(shown, ssl.create_default_context(cafile=str(folder / "cert.pem")))


def make_certificate(folder: Path) -> None:
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail of this test")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def test_starttls_encrypts_the_letter(certificate: Certificate) -> None:
    with running(tls_context=certificate.shown) as server:
        transport = to_server(server, "starttls", trust=certificate.trusted)
        assert transport.send(letter(), sender=SENDER, to=TO).outcome is Outcome.ACCEPTED
        transport.rest()
    assert server.encrypted == [True]


def test_without_starttls_nothing_is_sent_in_the_clear() -> None:
    with running() as server:
        answer = to_server(server, "starttls").send(letter(), sender=SENDER, to=TO)
    assert (answer.outcome, server.kept) == (Outcome.LATER, [])


def test_a_certificate_that_nobody_trusts_gets_no_letter(certificate: Certificate) -> None:
    with running(tls_context=certificate.shown) as server:
        answer = to_server(server, "starttls").send(letter(), sender=SENDER, to=TO)
    assert (answer.outcome, server.kept) == (Outcome.LATER, [])


def test_tls_from_the_first_byte(certificate: Certificate) -> None:
    with running(ssl_context=certificate.shown) as server:
        transport = to_server(server, "tls", trust=certificate.trusted)
        assert transport.send(letter(), sender=SENDER, to=TO).outcome is Outcome.ACCEPTED
        transport.rest()
    assert len(server.kept) == 1


def test_user_and_password_are_told_over_tls_only(certificate: Certificate) -> None:
    told = []

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        told.append((login.login, login.password))
        return AuthResult(success=login.password == b"p@ss word", handled=False)

    options = {"tls_context": certificate.shown, "authenticator": authenticate, "auth_require_tls": True,
               "auth_required": True}  # fmt: skip
    with running(**options) as server:
        good = to_server(server, "starttls", trust=certificate.trusted, user="fair", password="p@ss word")
        assert good.send(letter(), sender=SENDER, to=TO).outcome is Outcome.ACCEPTED
        good.rest()
        wrong = to_server(server, "starttls", trust=certificate.trusted, user="fair", password="wrong")
        assert wrong.send(letter(), sender=SENDER, to=TO).outcome is Outcome.LATER
    assert told[0] == (b"fair", b"p@ss word")


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.jp", MailServer("mail.example.jp", 587, "starttls")),
        ("smtp://localhost:2525", MailServer("localhost", 2525, "plain")),
        ("smtp://127.0.0.1", MailServer("127.0.0.1", 25, "plain")),
        ("smtp://[::1]:25", MailServer("::1", 25, "plain")),
        ("smtp+plain://mail.example.jp", MailServer("mail.example.jp", 25, "plain")),
        ("smtps://u%40x:p%2Fw@mail.example.jp", MailServer("mail.example.jp", 465, "tls", "u@x", "p/w")),
    ],
)
def test_a_mail_url_means(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


def test_without_a_server_letters_lie_in_the_mailbox_folder(tmp_path: Path) -> None:
    transport = MailboxTransport(tmp_path / "mailbox")
    assert transport.send(letter(), sender=SENDER, to=TO).outcome is Outcome.ACCEPTED
    (kept,) = mailbox.Maildir(tmp_path / "mailbox")
    assert kept["Message-ID"] == "<same@example.jp>"


def test_a_mailbox_that_cannot_be_written_means_later(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("not a folder")
    assert MailboxTransport(tmp_path / "mailbox").send(letter(), sender=SENDER, to=TO).outcome is Outcome.LATER
