"""How often: counted by network, told apart behind proxies that we trust, forgotten on success."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.limits import Limits, Tries, client_address, network

PROXIES = ("127.0.0.1", "10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "who"),
    [
        ("203.0.113.9", "", PROXIES, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", PROXIES, "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", (), "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", PROXIES, "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", PROXIES, "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.3.2.1", PROXIES, "198.51.100.1"),
        ("127.0.0.1", "10.1.1.1, 10.2.2.2", PROXIES, "10.1.1.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", PROXIES, "198.51.100.1"),
        ("fd00::7", "2001:db8::1", PROXIES, "2001:db8::1"),
        ("127.0.0.1", "unknown", PROXIES, "unknown"),
    ],
)
def test_the_forwarded_chain_is_believed_only_as_far_as_trusted_proxies_wrote_it(
    peer: str, forwarded: str, trusted: tuple[str, ...], who: str
) -> None:
    assert client_address(peer, forwarded, trusted) == who


def key(app: Flask, peer: str, forwarded: str = "") -> str:
    with app.test_request_context(environ_base={"REMOTE_ADDR": peer}, headers={"X-Forwarded-For": forwarded}):
        return network()


def test_a_network_is_one_address_or_one_subscriber_of_ipv6(app: Flask) -> None:
    assert key(app, "203.0.113.9") != key(app, "203.0.113.10")
    assert key(app, "2001:db8:0:1::5") == key(app, "2001:db8:0:1:ffff::9")
    assert key(app, "2001:db8:0:1::5") != key(app, "2001:db8:0:2::5")
    assert key(app, "::ffff:203.0.113.9") == key(app, "203.0.113.9")
    assert key(app, "::ffff:203.0.113.9") != key(app, "::ffff:203.0.113.10")


def test_a_line_is_more_than_one_network_of_ipv6_and_one_address_of_ipv4(app: Flask) -> None:
    def line(peer: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": peer}):
            return network(bits=48)

    assert line("2001:db8:5:1::5") == line("2001:db8:5:ffff::9")
    assert line("2001:db8:5:1::5") != line("2001:db8:6:1::5")
    assert line("203.0.113.9") != line("203.0.113.10")


def test_the_key_of_a_network_says_nothing_about_it(app: Flask) -> None:
    assert "203" not in key(app, "203.0.113.9") or len(key(app, "203.0.113.9")) == 16
    assert key(app, "not an address") != key(app, "another")


def test_who_asks_too_often_gets_a_sentence(client: FlaskClient) -> None:
    assert [client.get("/probe/limited").status_code for _ in range(3)] == [200, 200, 429]
    page = client.get("/probe/limited").get_data(as_text=True)
    assert "<h1>" in page


def test_a_forged_chain_does_not_give_more_tries(client: FlaskClient) -> None:
    tries = [client.get("/probe/limited", headers={"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(3)]
    assert [one.status_code for one in tries] == [200, 200, 429]


def test_limits_can_be_switched_off_for_measuring() -> None:
    off = Limits(on=False)
    assert all(off.hit("1 per hour", "x") for _ in range(3))
    assert not off.spent("1 per hour", "x")


def test_asking_whether_a_rate_is_spent_counts_nothing() -> None:
    limits = Limits(on=True)
    assert [limits.spent("1 per hour", "x") for _ in range(3)] == [False] * 3
    limits.hit("1 per hour", "x")
    assert limits.spent("1 per hour", "x")


def test_many_at_once_are_refused_whole_and_leave_room_for_few() -> None:
    limits = Limits(on=True)
    limits.hit("10 per hour", "x", count=8)
    assert [limits.spent("10 per hour", "x", count=number) for number in (3, 2)] == [True, False]


def test_success_forgives_all_counts_but_the_last(app: Flask) -> None:
    tries = Tries(("2 per hour", "account"), ("4 per hour", "network"), wrong=("3 per hour", "wrong"))
    assert [tries.allowed() for _ in range(3)] == [True, True, False]
    tries.forget()
    assert [tries.allowed() for _ in range(3)] == [True, True, False]
    tries.forget()
    assert not tries.allowed()


def test_the_first_rate_that_is_used_up_keeps_the_others_from_counting(app: Flask) -> None:
    tries = Tries(("1 per hour", "account"), ("2 per hour", "network"), wrong=("1 per hour", "wrong"))
    assert [tries.allowed() for _ in range(5)] == [True, False, False, False, False]
    assert not tries.limits.spent("2 per hour", "network")


def test_only_answers_that_were_checked_and_wrong_count_as_wrong(app: Flask) -> None:
    tries = Tries(("9 per hour", "account"), wrong=("2 per hour", "wrong"))
    assert [tries.allowed() for _ in range(3)] == [True] * 3
    tries.failed()
    assert tries.allowed()
    tries.failed()
    assert not tries.allowed()
    tries.forget()
    assert tries.allowed()
