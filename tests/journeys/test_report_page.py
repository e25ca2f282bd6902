"""The report as one page of HTML, on a phone and on paper."""

from dataclasses import replace

from flask import Flask
from playwright.sync_api import Browser

from analytics.exports.pictures import Drawn
from analytics.exports.table import Row
from analytics.report import FORMATS
from analytics.report.document import Grid, Paragraph, Picture
from app.web.languages import speak
from tests.analytics.pictures import CHARTS, FRAME
from tests.analytics.test_report_paper import report, table
from tests.journeys.product import axe_faults

LINES = "cells => cells.map(cell => { const words = document.createRange(); words.selectNodeContents(cell); "
LINES += "return words.getClientRects().length })"


def test_numbers_stay_in_one_line_on_a_phone_and_totals_stand_once_on_paper(app: Flask, browser: Browser) -> None:
    with app.test_request_context("/"):
        speak("ja")
        content = FORMATS["html"].make(report(Paragraph("文。"), Grid("表1", table(60, columns=8)))).decode()
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_content(content)
    assert set(page.eval_on_selector_all("td.number", LINES)) == {1}
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert axe_faults(page) == []
    page.emulate_media(media="print")
    assert page.eval_on_selector("tfoot", "part => getComputedStyle(part).display") == "table-row-group"
    page.close()


def test_a_phone_shows_numbers_beside_the_longest_word_and_charts_whose_words_can_be_read(
    app: Flask, browser: Browser
) -> None:
    long = replace(table(1), rows=(Row("r", "Selbsthilfegruppenkontaktstelle" * 4, (1, 2)),))
    with app.test_request_context("/"):
        speak("ja")
        picture = Picture("図1", "bars", Drawn(CHARTS["bars"], FRAME))
        content = FORMATS["html"].make(report(Grid("表1", long), picture)).decode()
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_content(content)
    tables, charts = page.locator(".scroll:has(table)"), page.locator(".scroll:has(img)")
    assert tables.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    assert charts.locator("img").evaluate("one => one.width") >= 700
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert axe_faults(page) == []
    page.close()
