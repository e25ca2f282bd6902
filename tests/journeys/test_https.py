"""Over HTTPS with the certificate of `tls init`: a phone may use its camera, and cookies are for HTTPS only."""

import base64
import hashlib
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Playwright, ViewportSize, expect

from app.tls import AUTHORITY, CERTIFICATE, KEY
from tests.journeys.camera import film
from tests.journeys.product import QUIET, Product, axe_faults, chromium_path, plain_environment, running, showing


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The demonstration behind a certificate that `uketsuke tls init` made."""
    folder = tmp_path_factory.mktemp("secure")
    uketsuke = str(Path(sys.executable).with_name("uketsuke"))
    init = [uketsuke, "tls", "init", "--out", str(folder / "tls")]
    subprocess.run(init, env=plain_environment(), check=True, stdout=subprocess.DEVNULL)
    made = {name: str(folder / "tls" / file) for name, file in (("CERT", CERTIFICATE), ("KEY", KEY))}
    with running(folder, **{f"UKETSUKE_TLS_{name}": path for name, path in made.items()}) as it:
        yield it


def test_whoever_trusts_the_authority_trusts_the_server_and_nobody_else_does(secure: Product) -> None:
    authority = secure.data_dir / "tls" / AUTHORITY
    trusting = ssl.create_default_context(cafile=str(authority))
    with urllib.request.urlopen(f"{secure.base_url}/readyz", context=trusting) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.URLError, match="certificate"):
        urllib.request.urlopen(f"{secure.base_url}/readyz", context=ssl.create_default_context())


def test_a_phone_opens_its_camera_at_the_door_and_its_cookie_is_for_https_only(
    secure: Product, playwright: Playwright, tmp_path: Path
) -> None:
    trusted = f"--ignore-certificate-errors-spki-list={key_hash(secure.data_dir / 'tls' / CERTIFICATE)}"
    camera = showing(film(tmp_path / "nothing.mjpeg", [], gap=1))
    profile = str(tmp_path / "profile")
    phone = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=chromium_path(),
        args=[*QUIET, *camera, trusted],
        viewport=ViewportSize(width=390, height=844),
        permissions=["camera"],
        locale="ja-JP",
    )
    page = phone.new_page()
    page.goto(f"{secure.base_url}/scan/")
    assert page.evaluate("isSecureContext")
    address = next(address for address in secure.passwords if address.startswith("dora"))
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=password]").fill(secure.passwords[address])
    page.locator("#sign-in button[type=submit]").click()
    page.get_by_role("button", name="カメラを開いて始める").click()
    expect(page.locator("video")).to_be_visible(timeout=15_000)
    cookies = {cookie["name"]: cookie["secure"] for cookie in phone.cookies()}
    assert "__Host-uketsuke" in cookies
    assert set(cookies.values()) == {True}
    phone.close()


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_axe_finds_nothing_on_the_page_that_says_how_to_trust_the_server(
    secure: Product, browser: Browser, language: str
) -> None:
    context = browser.new_context(
        base_url=secure.base_url, ignore_https_errors=True, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(f"/trust?lang={language}")
    assert axe_faults(page) == []
    context.close()


def key_hash(certificate: Path) -> str:
    """What Chromium calls a certificate's key: SHA-256 of it, in base 64."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()
