"""On paper: one sheet a room and day for its door."""

import re

from playwright.sync_api import Browser

from tests.journeys.product import Product, sign_in


def test_each_door_has_exactly_one_sheet_of_paper(product: Product, browser: Browser) -> None:
    page = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(page, product, "olga", to="/console/events/practice/door-sheets")
    sheets = page.locator(".door-sheet").count()
    paper = page.pdf(format="A4")
    assert sheets > 5
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == sheets
