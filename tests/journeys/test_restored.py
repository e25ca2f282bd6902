"""A phone that was paired after the copy was made which is the database now keeps what it has, and is paired again."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.journeys.product import Product, axe_faults, plain_environment, running, sign_in
from tests.journeys.test_offline import expect_verdict, ready, scans, tickets, type_code, until
from tests.journeys.test_pairing import code_at_the_hall, paired


def test_a_phone_that_the_copy_does_not_know_is_paired_again_and_sends_what_it_kept(
    browser: Browser, tmp_path: Path
) -> None:
    folder, copy = tmp_path / "data", tmp_path / "copy.sqlite3"
    folder.mkdir()
    with running(folder) as product:
        (code,) = tickets(browser, product, 1)
        command(folder, "backup", copy)
        phone = paired(browser, product, pairing_code(browser, product))
        start(phone)
        ready(phone)
        phone.context.set_offline(True)
        type_code(phone, code)
        expect_verdict(phone, "admitted")
    command(folder, "restore", copy, "--yes")
    with running(folder, on_port=product.base_url.rpartition(":")[2]):
        phone.context.set_offline(False)
        again = phone.get_by_role("link", name="登録し直す")
        expect(again).to_be_visible(timeout=30_000)
        expect(phone.locator(".note").first).to_contain_text("主催者に新しいコードを見せてもらい")
        assert axe_faults(phone) == []
        again.click()
        expect(phone.get_by_label("登録用のコード")).to_be_visible(timeout=20_000)
        expect(phone.locator("[role=status]").filter(has_text="未送信1件")).to_be_visible()
        assert scans(product) == []
        phone.get_by_label("登録用のコード").fill(pairing_code(browser, product))
        phone.get_by_role("button", name="この端末を登録する").click()
        expect(phone.locator("input[name=gate]")).to_have_count(1)
        start(phone)
        until(lambda: [verdict for _, verdict in scans(product)] == ["admitted"])
        expect(phone.locator(".unsent")).to_have_count(0)
        type_code(phone, code)
        expect_verdict(phone, "already_in")
        phone.context.close()


def pairing_code(browser: Browser, product: Product) -> str:
    """As the organiser's screen shows it at the hall's entrance."""
    desk = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(desk, product, "olga")
    code = code_at_the_hall(desk)
    desk.context.close()
    return code


def start(phone: Page) -> None:
    phone.get_by_role("button", name=re.compile("カメラを使わずに始める")).click()
    expect(phone.locator(".door")).to_be_visible()
    phone.locator('.tab[data-tab="type"]').click()


def command(folder: Path, *typed: object) -> None:
    """`uketsuke db …` as an operator types it."""
    environment = plain_environment() | {"UKETSUKE_DATA_DIR": str(folder)}
    whole = [str(Path(sys.executable).with_name("uketsuke")), "db", *map(str, typed)]
    ended = subprocess.run(whole, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
