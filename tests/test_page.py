"""The paste page in a real browser: what a person does there, with the mouse, the keyboard alone, and in bad faith."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import browsing
import pytest
from serving import served

pytest.importorskip("fastapi", reason="needs the extra serve")
pytest.importorskip("selenium", reason="the browser's tests need selenium")
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ERROR = (
    "$ sam deploy\n\u2714 built \U0001f680\n"
    "Error occurred while GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2.\n"
)
HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>\"><a href='javascript:window.hacked=1'>x</a>\n"
    "Handler '<img src=x onerror=window.hacked=1>' missing on module '</code></pre><script>window.hacked=1</script>'\n"
    "Task timed out after 3.00 seconds\n"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served("--rate", "100000/minute") as running:
        yield running.address


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Chrome]:
    with browsing.chromium(address) as started:
        yield started


@pytest.fixture
def page(browser: Chrome, address: str) -> Iterator[Chrome]:
    """The page, freshly opened; afterwards no script may have failed, and nobody else may have been asked."""
    browsing.look_like(browser, 1280, "light")
    browser.get_log("browser")
    browser.get(address)
    yield browser
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert [name for name in browsing.loaded(browser) if not name.startswith((address, "data:"))] == []


def paste(page: Chrome, text: str) -> None:
    browsing.copy(page, text)
    page.find_element(By.ID, "paste").send_keys(Keys.CONTROL, "v")


def answer(page: Chrome, *, seconds: float = 30) -> str:
    """What the page says once it has an answer."""
    status = page.find_element(By.ID, "status")
    WebDriverWait(page, seconds).until(lambda _: status.text and "Looking" not in status.text)
    return page.find_element(By.ID, "answer").text


def test_a_pasted_error_is_diagnosed_and_its_evidence_marked(page: Chrome) -> None:
    paste(page, ERROR)
    page.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    assert "bucket is in another Region" in answer(page)
    page.find_element(By.CSS_SELECTOR, "#marked summary").click()
    marked = page.find_element(By.CSS_SELECTOR, "#evidence mark").text
    assert marked.startswith("S3 Error Code: PermanentRedirect")
    assert marked.endswith("us-east-2")


def test_a_command_is_copied_whole(page: Chrome) -> None:
    paste(page, ERROR)
    page.find_element(By.ID, "paste").send_keys(Keys.CONTROL, Keys.ENTER)
    answer(page)
    block = next(block for block in page.find_elements(By.CSS_SELECTOR, "#answer .code") if "aws s3" in block.text)
    block.find_element(By.CSS_SELECTOR, "button").click()
    shown = block.find_element(By.TAG_NAME, "code").get_attribute("textContent")
    WebDriverWait(page, 10).until(lambda at: browsing.clipboard(at) == shown)


def test_it_works_with_the_keyboard_alone(page: Chrome) -> None:
    # The field has the focus, as soon as the page is laid out.
    WebDriverWait(page, 10).until(lambda at: at.switch_to.active_element.get_attribute("id") == "paste")
    page.switch_to.active_element.send_keys("Task timed out after 3.00 seconds", Keys.TAB)
    page.switch_to.active_element.send_keys(Keys.ENTER)  # the button is the next thing after the field
    assert "ran longer than its timeout" in answer(page)
    assert page.switch_to.active_element.get_attribute("id") == "answer"


def test_the_signatures_link_can_be_shared_and_holds_nothing_of_the_paste(page: Chrome, address: str) -> None:
    paste(page, ERROR)
    page.find_element(By.ID, "paste").send_keys(Keys.CONTROL, Keys.ENTER)
    answer(page)
    link = page.find_element(By.CSS_SELECTOR, "#answer a[href*='/signatures/']").get_attribute("href")
    assert link == f"{address}/signatures/deployment.s3-wrong-region"
    page.get(link)
    assert "bucket is in another Region" in page.find_element(By.TAG_NAME, "h1").text


def test_a_hostile_paste_does_nothing(page: Chrome) -> None:
    paste(page, HOSTILE)
    page.find_element(By.ID, "paste").send_keys(Keys.CONTROL, Keys.ENTER)
    assert "timeout" in answer(page)
    page.find_element(By.CSS_SELECTOR, "#marked summary").click()
    assert page.execute_script("return window.hacked") is None
    assert page.find_elements(By.CSS_SELECTOR, "main img, main script, main a[href^='javascript']") == []


def test_a_megabyte_is_answered(page: Chrome) -> None:
    text = "INFO all is well, order 17 was stored\n" * 27_000 + ERROR
    page.execute_script("arguments[0].value = arguments[1]", page.find_element(By.ID, "paste"), text)
    page.find_element(By.ID, "paste").send_keys(Keys.CONTROL, Keys.ENTER)
    assert "bucket is in another Region" in answer(page, seconds=60)


def test_nothing_known_and_nothing_pasted_are_said(page: Chrome) -> None:
    page.find_element(By.ID, "paste").send_keys(Keys.CONTROL, Keys.ENTER)
    assert page.find_element(By.ID, "status").text == "Paste an error first."
    paste(page, "FrobnicationError: the flux is jammed")
    page.find_element(By.ID, "paste").send_keys(Keys.CONTROL, Keys.ENTER)
    WebDriverWait(page, 30).until(lambda at: at.find_element(By.ID, "status").text == "Nothing known.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_by_day_and_night(scheme: str, page: Chrome) -> None:
    browsing.look_like(page, 360, scheme)
    paste(page, ERROR)
    page.find_element(By.ID, "paste").send_keys(Keys.CONTROL, Keys.ENTER)
    answer(page)
    assert page.execute_script("return document.documentElement.scrollWidth") <= 360, "it scrolls sideways"
    ink, paper = page.execute_script(
        "const style = getComputedStyle(document.body); return [style.color, style.backgroundColor]"
    )
    assert contrast(ink, paper) >= 7, (ink, paper)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as the W3C's guidelines for accessible pages define it."""

    def light(color: str) -> float:
        parts = [int(part) / 255 for part in color.split("(")[1].rstrip(")").split(",")[:3]]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)
