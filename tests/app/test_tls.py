"""The local authority: what it vouches for, what it cannot, and files that only their owner reads."""

import socket
import ssl
import stat
import threading
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings, WrongSetting
from app.tls import AUTHORITY, AUTHORITY_KEY, CERTIFICATE, FOLDER, KEY, fingerprint, local_names, make_files


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def handshake(folder: Path, name: str) -> str:
    """What a client that trusts the authority makes of the server under that name."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    client_side = ssl.create_default_context(cafile=str(folder / AUTHORITY))
    ours, theirs = socket.socketpair()

    def answer() -> None:
        try:
            server_side.wrap_socket(theirs, server_side=True).close()
        except (ssl.SSLError, OSError):
            theirs.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with client_side.wrap_socket(ours, server_hostname=name):
            return "trusted"
    except ssl.SSLCertVerificationError as refused:
        return str(refused.verify_message)
    finally:
        ours.close()
        thread.join()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "192.168.20.7"])
def test_a_client_that_trusts_the_authority_trusts_this_machine(tmp_path: Path, name: str) -> None:
    make_files(tmp_path, hosts=("192.168.20.7",))
    assert handshake(tmp_path, name) == "trusted"


def test_under_another_name_it_is_not_trusted(tmp_path: Path) -> None:
    make_files(tmp_path)
    assert "mismatch" in handshake(tmp_path, "bank.example")


def test_the_certificate_names_this_machine_without_asking_anybody(tmp_path: Path) -> None:
    made = make_files(tmp_path)
    names = certificate(tmp_path / CERTIFICATE).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    shown = [str(one) for one in names.get_values_for_type(x509.IPAddress)] + names.get_values_for_type(x509.DNSName)
    assert set(shown) == set(made.names) == set(local_names())
    assert {"localhost", "127.0.0.1", "::1"} <= set(shown)


def test_the_certificate_is_what_phones_accept(tmp_path: Path) -> None:
    """Apple: at most 825 days, for servers, names as alternative names; and signed by the authority."""
    make_files(tmp_path)
    leaf, authority = certificate(tmp_path / CERTIFICATE), certificate(tmp_path / AUTHORITY)
    leaf.verify_directly_issued_by(authority)
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days <= 398
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)


def test_the_authority_can_vouch_for_local_names_only(tmp_path: Path) -> None:
    make_files(tmp_path)
    held = certificate(tmp_path / AUTHORITY).extensions.get_extension_for_class(x509.NameConstraints)
    assert held.critical
    permitted = held.value.permitted_subtrees or []
    networks = [one.value for one in permitted if isinstance(one, x509.IPAddress)]
    outside = ip_address("8.8.8.8")
    assert not any(outside in network for network in networks if network.version == 4)  # type: ignore[operator]
    names = {one.value for one in permitted if isinstance(one, x509.DNSName)} - {socket.gethostname().lower()}
    assert all("." not in name or name.endswith(".local") for name in names)


def test_again_keeps_the_authority_and_renews_the_certificate(tmp_path: Path) -> None:
    first = make_files(tmp_path)
    leaf = (tmp_path / CERTIFICATE).read_bytes()
    second = make_files(tmp_path, hosts=("10.1.2.3",))
    assert (first.new_authority, second.new_authority) == (True, False)
    assert first.fingerprint == second.fingerprint
    assert (tmp_path / CERTIFICATE).read_bytes() != leaf
    assert handshake(tmp_path, "10.1.2.3") == "trusted"


def test_a_name_outside_its_reach_is_refused_before_anything_changes(tmp_path: Path) -> None:
    make_files(tmp_path)
    before = (tmp_path / CERTIFICATE).read_bytes()
    with pytest.raises(WrongSetting, match=r"may not vouch for 203\.0\.113\.9"):
        make_files(tmp_path, hosts=("203.0.113.9",))
    assert (tmp_path / CERTIFICATE).read_bytes() == before


@pytest.mark.parametrize("host", ["two words", "-x", "a..b", "ホスト", ""])
def test_what_is_no_host_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(WrongSetting, match="neither a name nor an address"):
        make_files(tmp_path / "new", hosts=(host,))
    assert not (tmp_path / "new").exists()


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    make_files(folder)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    assert modes == {"tls": 0o700, AUTHORITY: 0o600, AUTHORITY_KEY: 0o600, CERTIFICATE: 0o600, KEY: 0o600}


def test_what_is_told_names_the_settings_and_the_page(tmp_path: Path) -> None:
    told = make_files(tmp_path, hosts=("192.168.1.20",)).told(port=8443, in_data_dir=True)
    for line in (
        f"UKETSUKE_TLS_CERT={tmp_path / CERTIFICATE}",
        f"UKETSUKE_TLS_KEY={tmp_path / KEY}",
        "UKETSUKE_BASE_URL=https://192.168.1.20:8443",
        "https://192.168.1.20:8443/trust",
    ):
        assert line in told
    elsewhere = make_files(tmp_path, hosts=("192.168.1.20",)).told(port=8443, in_data_dir=False)
    assert f"copy {tmp_path / AUTHORITY}" in elsewhere


def test_without_an_authority_there_is_no_page(client: FlaskClient) -> None:
    assert client.get("/trust").status_code == 404
    assert client.get("/trust/ca.crt").status_code == 404


@pytest.fixture
def authority(app: Flask) -> Path:
    settings: Settings = app.extensions["uketsuke_settings"]
    make_files(settings.data_dir / FOLDER)
    return settings.data_dir / FOLDER / AUTHORITY


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_page_tells_phones_what_to_do_and_shows_the_fingerprint(
    client: FlaskClient, authority: Path, language: str
) -> None:
    page = client.get(f"/trust?lang={language}").get_data(as_text=True)
    assert fingerprint(authority) in page
    assert all(word in page for word in ("iPhone", "Android", "uketsuke-ca.crt", 'href="/trust/ca.crt"'))


def test_the_certificate_is_served_as_phones_expect_it_and_never_the_key(client: FlaskClient, authority: Path) -> None:
    response = client.get("/trust/ca.crt")
    assert response.mimetype == "application/x-x509-ca-cert"
    assert response.data == authority.read_bytes()
    assert b"PRIVATE" not in response.data
    assert client.get("/trust/ca.key").status_code == 404
