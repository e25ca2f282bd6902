"""A local certificate authority and a certificate for this machine, so that phones on the same network get HTTPS.

The authority may vouch for local names and private addresses only: whoever steals its key cannot imitate other sites.
"""

import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from app.config import WrongSetting

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

FOLDER = "tls"
AUTHORITY, AUTHORITY_KEY, CERTIFICATE, KEY = "ca.crt", "ca.key", "server.crt", "server.key"
AUTHORITY_LASTS, CERTIFICATE_LASTS = timedelta(days=3650), timedelta(days=397)
PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7",
           "fe80::/10")  # fmt: skip
Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Made:
    """What was made, for the text on the terminal."""

    folder: Path
    names: tuple[str, ...]
    new_authority: bool
    fingerprint: str

    def told(self, *, port: int, in_data_dir: bool) -> str:
        """What to set and what to do next."""
        first = next((name for name in self.names if _reaches_others(name)), self.names[0])
        first = f"[{first}]" if ":" in first else first
        done = "Made a local authority and" if self.new_authority else "Kept the local authority and made"
        lines = [
            f"{done} a certificate for: {', '.join(self.names)}",
            f"The authority's SHA-256 fingerprint: {self.fingerprint}",
            "",
            "Start the server with these settings:",
            f"  UKETSUKE_TLS_CERT={self.folder / CERTIFICATE}",
            f"  UKETSUKE_TLS_KEY={self.folder / KEY}",
            "  UKETSUKE_HOST=0.0.0.0",
            f"  UKETSUKE_BASE_URL=https://{first}:{port}",
            "",
        ]
        page = f"https://{first}:{port}/trust"
        how = f"open {page} on it" if in_data_dir else f"copy {self.folder / AUTHORITY} to it"
        return "\n".join([*lines, f"So that a phone trusts this machine, {how} and follow the steps there."])


def make_files(folder: Path, *, hosts: tuple[str, ...] = ()) -> Made:
    """Make the certificate, and the authority if there is none yet; a phone that trusts it goes on trusting it."""
    names = tuple(dict.fromkeys([*(_checked(host) for host in hosts), *local_names()]))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = not (folder / AUTHORITY_KEY).exists()
        if new:
            _make_authority(folder, names)
        _make_certificate(folder, names)
    except OSError as error:
        raise WrongSetting(f"The folder {folder} cannot be written: {error.strerror}.") from None
    return Made(folder.absolute(), names, new, fingerprint(folder / AUTHORITY))


def fingerprint(certificate: Path) -> str:
    """The SHA-256 fingerprint of a certificate file, as phones show it."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    digest = x509.load_pem_x509_certificate(certificate.read_bytes()).fingerprint(SHA256())
    return digest.hex(" ").upper()


def local_names() -> list[str]:
    """This machine's addresses on its networks, its name, and localhost. Sends nothing: no name is looked up."""
    host = socket.gethostname().lower()
    names = [host, f"{host}.local"] if _is_name(host) and "." not in host else [host] if _is_name(host) else []
    return list(dict.fromkeys([*_own_addresses(), *names, "localhost", "127.0.0.1", "::1"]))


def _own_addresses() -> list[str]:
    """The address that this machine would send from, towards each kind of network; a UDP socket sends nothing yet."""
    found = []
    for towards in ("192.168.255.254", "10.255.255.254", "172.31.255.254", "192.0.2.1", "2001:db8::1"):
        family = socket.AF_INET6 if ":" in towards else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((towards, 9))
                found.append(str(probe.getsockname()[0]).partition("%")[0])
        except OSError:
            continue
    return [one for one in dict.fromkeys(found) if not ip_address(one).is_unspecified]


def _make_authority(folder: Path, names: tuple[str, ...]) -> None:
    from cryptography import x509

    key, name = _new_key(), _named("Uketsuke local authority")
    usage = {"key_cert_sign": True, "crl_sign": True, "digital_signature": False}
    certificate = (
        _builder(name, name, key, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(**usage), critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    _keep(folder, AUTHORITY, AUTHORITY_KEY, _signed(certificate, key), key)


def _make_certificate(folder: Path, names: tuple[str, ...]) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509.oid import ExtendedKeyUsageOID

    authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
    signer: EllipticCurvePrivateKey = load_pem_private_key((folder / AUTHORITY_KEY).read_bytes(), None)  # type: ignore[assignment]
    _refuse_outside(authority, names)
    key = _new_key()
    certificate = (
        _builder(_named(names[0]), authority.subject, key, CERTIFICATE_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, key_cert_sign=False, crl_sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
    )
    _keep(folder, CERTIFICATE, KEY, _signed(certificate, signer), key)


def _permitted(names: tuple[str, ...]) -> "list[x509.GeneralName]":
    from cryptography import x509

    inside = [ip_network(network) for network in PRIVATE]
    hosts = [name for name in names if not _is_address(name)]
    outside = [ip_network(name) for name in names if _is_address(name) and not _within(ip_address(name), inside)]
    dns = list(dict.fromkeys(["localhost", "local", *hosts]))
    return [*(x509.DNSName(name) for name in dns), *(x509.IPAddress(network) for network in [*inside, *outside])]


def _refuse_outside(authority: "x509.Certificate", names: tuple[str, ...]) -> None:
    """Raise WrongSetting if the authority, made earlier, may not vouch for one of these names."""
    from cryptography import x509

    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    networks = [ip_network(str(one.value)) for one in permitted if isinstance(one, x509.IPAddress)]
    domains = [one.value for one in permitted if isinstance(one, x509.DNSName)]
    for name in names:
        inside = (
            _within(ip_address(name), networks)
            if _is_address(name)
            else any(name == domain or name.endswith(f".{domain}") for domain in domains)
        )
        if not inside:
            raise WrongSetting(
                f"The local authority made before may not vouch for {name}. Remove its folder to make a new one; "
                "every phone must then trust that."
            )


def _within(address: Address, networks: "list[IPv4Network | IPv6Network]") -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _builder(
    subject: "x509.Name", issuer: "x509.Name", key: "EllipticCurvePrivateKey", lasts: timedelta
) -> "x509.CertificateBuilder":
    from cryptography import x509

    start = datetime.now(UTC) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + lasts)
    )


def _new_key() -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    return generate_private_key(SECP256R1())


def _named(name: str) -> "x509.Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _usage(*, digital_signature: bool, key_cert_sign: bool, crl_sign: bool) -> "x509.KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(certificate: "x509.CertificateBuilder", key: "EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.sign(key, SHA256()).public_bytes(Encoding.PEM)


def _keep(folder: Path, name: str, key_name: str, certificate: bytes, key: "EllipticCurvePrivateKey") -> None:
    """Write both files, each whole or not at all, readable by their owner only."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for target, content in ((folder / key_name, secret), (folder / name, certificate)):
        fresh = target.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        fresh.replace(target)


def _general(name: str) -> "x509.GeneralName":
    from cryptography import x509

    return x509.IPAddress(ip_address(name)) if _is_address(name) else x509.DNSName(name)


def _checked(host: str) -> str:
    host = host.strip().lower().strip("[]")
    if _is_address(host) or _is_name(host):
        return host
    raise WrongSetting(f"{host!r} is neither a name nor an address of a machine.")


def _is_name(text: str) -> bool:
    parts = text.split(".")
    plain = all(part and part.replace("-", "").isalnum() and part[0] != "-" != part[-1] for part in parts)
    return plain and text.isascii() and len(text) <= 253


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _reaches_others(name: str) -> bool:
    return _is_address(name) and not ip_address(name).is_loopback
