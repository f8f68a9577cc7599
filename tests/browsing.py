"""A real browser without a window, for the tests of pages; tests that need one are left out where there is none."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

QUIET = (
    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--window-size=1280,1000",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextlib.contextmanager
def chromium(origin: str) -> Iterator[Chrome]:
    """Chromium, which lets pages of one origin read and write the clipboard."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="the browser's tests need selenium")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no Chromium and chromedriver on this machine")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in QUIET:
        options.add_argument(argument)
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        permissions = {"origin": origin.rstrip("/"), "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
        started.execute_cdp_cmd("Browser.grantPermissions", permissions)
        yield started
    finally:
        started.quit()


def look_like(browser: Chrome, width: int, scheme: str, *, height: int = 800) -> None:
    """A screen of a size in pixels, on which a person prefers `light` or `dark`."""
    screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)


def copy(browser: Chrome, text: str) -> None:
    """Put a text on the clipboard."""
    browser.execute_async_script("navigator.clipboard.writeText(arguments[0]).then(arguments[1])", text)


def clipboard(browser: Chrome) -> str:
    """What is on the clipboard."""
    return str(browser.execute_async_script("navigator.clipboard.readText().then(arguments[0])"))


def loaded(browser: Chrome) -> list[str]:
    """The addresses that the page asked for."""
    return list(browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)"))
