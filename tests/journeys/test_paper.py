"""On paper: one sheet for the wall of a gate, for a pairing code, for counting by hand."""

import pytest
import zxingcpp
from playwright.sync_api import Browser
from pypdfium2 import PdfDocument

from tests.journeys.product import Product, sign_in


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
@pytest.mark.parametrize("place", ["session:first-robot", "entrance:mihon-city-hall"])
def test_a_tally_sheet_is_one_sheet_and_its_code_leads_to_the_form(
    product: Product, browser: Browser, place: str, language: str
) -> None:
    page = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(page, product, "olga", to="/console/events/practice/tallies")
    address = page.locator(f"a[href*='{place}'][href$='/sheet']").first.get_attribute("href") or ""
    page.goto(f"{address}?lang={language}")
    (sheet,) = PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    (found,) = zxingcpp.read_barcodes(sheet.render(scale=2).to_pil())
    assert found.text == f"{product.base_url}{address.removesuffix('/sheet')}"


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_guide_for_volunteers_is_one_sheet_in_every_language(
    product: Product, browser: Browser, language: str
) -> None:
    page = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(page, product, "olga", to="/console/events/practice/volunteers")
    page.goto(f"/console/events/practice/volunteers?lang={language}")
    assert sheets_in(page.pdf(format="A4", prefer_css_page_size=True)) == 1


def test_a_pairing_code_is_one_sheet_and_its_code_is_read_from_paper(product: Product, browser: Browser) -> None:
    page = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(page, product, "olga", to="/console/events/practice/gates/mihon-city-hall/pairing")
    page.get_by_role("button", name="コードを表示").click()
    code = page.locator(".pairing-letters").inner_text().replace("-", "")
    (sheet,) = PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    (found,) = zxingcpp.read_barcodes(sheet.render(scale=2).to_pil())
    assert found.text == f"{product.base_url}/scan/#pair={code}"


def sheets_in(paper: bytes) -> int:
    return len(PdfDocument(paper))


@pytest.mark.parametrize("list_of", ["", "applications", "devices", "conflicts", "gates", "tallies"])
def test_no_list_of_the_console_is_cut_off_by_the_edge_of_a_sheet(
    product: Product, browser: Browser, list_of: str
) -> None:
    page = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(page, product, "olga", to="/console/events/practice/gates/mihon-city-hall/pairing")
    page.get_by_role("button", name="コードを表示").click()
    wish = {"code": page.locator(".pairing-letters").inner_text(), "name": "東側の入口で使うスマートフォン"}
    assert page.request.post("/api/v1/pairings", data=wish).status == 201
    page.goto(f"/console/events/practice/{list_of}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 within its margins
    for region in page.locator(".table-region").all():
        assert region.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    for name in page.locator("tbody th:visible").all():
        assert (name.bounding_box() or {"width": 0})["width"] > 70
    assert page.locator(".row-actions:visible, form.search:visible").count() == 0


@pytest.mark.parametrize("page_of", ["", "today", "devices", "conflicts", "gates", "tallies", "attendance"])
def test_no_page_of_the_console_prints_what_can_only_be_pressed(
    product: Product, browser: Browser, page_of: str
) -> None:
    page = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(page, product, "olga", to="/console/events/practice/")
    page.goto(f"/console/events/practice/{page_of}")
    page.emulate_media(media="print")
    assert page.locator(".ask:visible, nav:visible, .live-age a:visible").count() == 0


def test_a_printed_page_of_the_console_names_its_event_and_leaves_out_forms_for_files(
    product: Product, browser: Browser
) -> None:
    page = browser.new_context(base_url=product.base_url, locale="ja").new_page()
    sign_in(page, product, "olga", to="/console/events/practice/attendance")
    name = page.locator(".paper-event")
    assert not name.is_visible()
    page.emulate_media(media="print")
    assert name.inner_text() == "れんしゅう：みほん市まちフェスタ（架空）"
    assert page.locator("form[action$='/attendance/report']:visible").count() == 0
