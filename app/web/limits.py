"""How often one network, account or device may do a thing; kept in memory, per process."""

import hmac
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import current_app, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests


class Limits:
    """The counters of one application."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self.limiter = FixedWindowRateLimiter(MemoryStorage())

    def hit(self, rate: str, *key: str, count: int = 1) -> bool:
        """Count one (or `count`); False when the rate (`20 per minute`) is used up."""
        return not self.on or self.limiter.hit(_item(rate), *key, cost=count)

    def forget(self, rate: str, *key: str) -> None:
        """Start counting this key anew."""
        self.limiter.clear(_item(rate), *key)

    def spent(self, rate: str, *key: str, count: int = 1) -> bool:
        """Whether the rate has no room for one more (or `count`), without counting."""
        return self.on and not self.limiter.test(_item(rate), *key, cost=count)


@cache
def _item(rate: str) -> RateLimitItem:
    return parse(rate)


def limit(rate: str, *key: str, count: int = 1) -> None:
    """Count one (or `count`) against `key`, or answer 429."""
    limits: Limits = current_app.extensions["uketsuke_limits"]
    if not limits.hit(rate, *key, count=count):
        raise TooManyRequests


class Tries:
    """Tries that count against several rates in turn, each (rate, *key), and against `wrong` only once an answer was
    checked and wrong. All but the last of the rates, and the wrong answers, are forgiven after success."""

    def __init__(self, *counts: tuple[str, ...], wrong: tuple[str, ...]) -> None:
        self.limits: Limits = current_app.extensions["uketsuke_limits"]
        self.counts = counts
        self.wrong = wrong

    def allowed(self) -> bool:
        """Count one try; False at the first rate that is used up, and those behind it do not count."""
        return not self.limits.spent(*self.wrong) and all(self.limits.hit(*count) for count in self.counts)

    def failed(self) -> None:
        """The try was checked and wrong."""
        self.limits.hit(*self.wrong)

    def forget(self) -> None:
        """The try was right: what stood against this key before does not count any more."""
        for count in (*self.counts[:-1], self.wrong):
            self.limits.forget(*count)


def opaque(text: str) -> str:
    """A key that says nothing about the text."""
    return hmac.new(current_app.secret_key.encode(), text.encode(), "sha256").hexdigest()[:16]  # type: ignore[union-attr]


def network(*, bits: int = 64) -> str:
    """The network a request comes from, as an opaque key: IPv4 address or IPv6 /64, hashed; never logged. With fewer
    `bits` of IPv6: everything that one line of a household or office may be given. Found out once a request."""
    known: dict[int, str] = request.environ.setdefault("uketsuke.networks", {})
    if bits not in known:
        known[bits] = _network(bits)
    return known[bits]


def _network(bits: int) -> str:
    address = client_address(
        request.remote_addr or "",
        request.headers.get("X-Forwarded-For", ""),
        current_app.config["TRUSTED_PROXIES"],
    )
    ip = _parsed(address)
    return opaque(str(ip_network(f"{ip}/{bits}", strict=False)) if ip and ip.version == 6 else str(ip or address))


def client_address(peer: str, forwarded: str, trusted: tuple[str, ...]) -> str:
    """Who really asks: the forwarded chain is believed only as far as trusted proxies wrote it."""
    chain = [part.strip() for part in forwarded.split(",") if part.strip()] + [peer]
    while len(chain) > 1 and is_trusted(chain[-1], trusted):
        chain.pop()
    return chain[-1]


def is_trusted(address: str, networks: tuple[str, ...]) -> bool:
    """Whether the address is that of a proxy whose word we take."""
    ip = _parsed(address)
    return ip is not None and any(ip in ip_network(network, strict=False) for network in networks)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The address; one of IPv4 that came over an IPv6 socket is one of IPv4."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if ip.version == 6 else ip
