"""The documentation site: it builds without a warning, has a page for every signature, and works in a real browser."""

from __future__ import annotations

import csv
import functools
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

import browsing
import pytest
from conftest import ROOT

from lambda_doctor import diagnose
from lambda_doctor.catalog import Catalog

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytest.importorskip("mkdocs", reason="the site needs the extra docs")
SITE = "https://lambda-doctor.readthedocs.io/"
S3_WRONG_REGION = "signatures/deployment/s3-wrong-region/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site's folder; building stops at the first warning, such as a dead link or a page left out of the menu."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, str]:
    """Every page of the site by its address below the site's."""
    found = {file.relative_to(site).as_posix().removesuffix("index.html"): file for file in site.rglob("*.html")}
    return {address: file.read_text(encoding="utf-8") for address, file in found.items()}


def test_every_signature_has_its_page_where_diagnoses_point(pages: dict[str, str], catalog: Catalog) -> None:
    text = "The bucket is in this region: us-east-2. S3 Error Code: PermanentRedirect"
    best = diagnose(text, catalog=catalog).best
    assert best is not None
    assert best.url == SITE + S3_WRONG_REGION
    assert [i for i in catalog.ids if f"signatures/{i.replace('.', '/')}/" not in pages] == []


def test_a_page_says_what_a_reader_needs(pages: dict[str, str]) -> None:
    page = pages[S3_WRONG_REGION]
    assert (
        "<title>S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: … - lambda-doctor"
        in page
    )
    headings = re.findall(r'<h2[^>]* id="([\w-]+)"', page)
    assert headings == [
        "what-happened", "what-to-do", "how-to-check", "what-does-not-help", "worth-retrying", "what-it-is-mistaken-for", "read-more",
    ]  # fmt: skip
    tabs = re.findall(r'<label for="__tabbed_1_\d+">([^<]+)</label>', page)
    assert tabs == ["AWS CLI", "boto3", "SAM", "CloudFormation", "Terraform", "console"]
    assert "aws s3 mb s3://ARTIFACT_BUCKET-FUNCTION_REGION" in re.sub(r"<[^>]+>", "", page)
    assert f'<link rel="canonical" href="{SITE}{S3_WRONG_REGION}">' in page


def test_each_documented_error_leads_to_its_answer(pages: dict[str, str]) -> None:
    with (ROOT / "tests/data/documented-errors.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    page = pages["signatures/documented-by-aws/"]
    lines = re.findall(r"<tr>\s*<td><code>.*?</tr>", page, re.DOTALL)
    assert len(lines) == len(rows)
    for row, line in zip(rows, lines):
        assert [i for i in row["ids"].split() if f'href="../{i.replace(".", "/")}/"' not in line] == [], row["text"]


@pytest.mark.parametrize("index", ["", *(f"by-{kind}/" for kind in ("tool", "runtime", "error-code"))])
def test_the_indexes_lead_to_pages(index: str, pages: dict[str, str]) -> None:
    assert len(re.findall(r'<a href="[\w./-]+/">', pages[f"signatures/{index}"])) > 15


class _Links(HTMLParser):
    """What a page loads, what it links to, and the places in it that can be linked to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := given.get(name))}
        if (source := given.get("src")) or (
            tag == "link" and given.get("rel") != "canonical" and (source := given.get("href"))
        ):
            self.loads.append(source)
        if tag == "a" and (target := given.get("href")):
            self.links.append(target)


def test_links_inside_lead_somewhere_and_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[str, str]) -> None:
    parsed = {address: _Links(page) for address, page in pages.items() if address != "404.html"}
    dead, foreign = [], []
    for address, page in parsed.items():
        foreign += [(address, source) for source in page.loads if re.match(r"(?:https?:)?//", source)]
        for link in {*page.links, *page.loads}:
            target, _, anchor = urljoin(SITE + address, link).partition("#")
            if not target.startswith(SITE):
                continue
            path = unquote(target.removeprefix(SITE).partition("?")[0])
            known = path in parsed or (site / path).is_file()
            if not known or (anchor and path in parsed and unquote(anchor) not in parsed[path].anchors):
                dead.append((address, link))
    assert (dead, foreign) == ([], [])
    styles = [*site.rglob("*.css")]
    assert styles
    assert [s.name for s in styles if re.search(r"url\(['\"]?(?:https?:)?//", s.read_text(encoding="utf-8"))] == []


HOSTILE = '<img src=x onerror=alert(1)> </code><script>alert(1)</script> [x](javascript:alert(1)) {{ config }} "'


def test_an_entrys_text_is_shown_and_never_becomes_part_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml
    from markdown import Markdown

    monkeypatch.syspath_prepend(ROOT / "docs" / "hooks")
    from signature_page import Related, page

    from lambda_doctor.signature import Signature

    entry = {
        "id": "made.hostile", "title": HOSTILE[:90], "cause": f"{HOSTILE} `{HOSTILE}`", "avoid": HOSTILE, "confirm": HOSTILE,
        "patterns": ["<script>alert(1)</script> ``` ~~~"], "docs": [{"url": "javascript:alert(1)", "title": HOSTILE}],
        "fixes": [
            {"do": HOSTILE, "run": f"```\n{HOSTILE}\n```\n    ~~~\n", "when": {"tool": '"><script>'}},
            {"do": f"# {HOSTILE}", "code": {'text"><script>': HOSTILE}, "see": 'https://x/"><script>'},
        ],
        "examples": [{"text": f"```\n{HOSTILE}\n\n</div>{HOSTILE}"}],
        "near_misses": [{"text": HOSTILE}],
    }  # fmt: skip
    text = page(Signature.model_validate(entry), Catalog([]), Related([], [], []))
    front, body = text.split("---\n", 2)[1:]
    assert "<" not in yaml.safe_load(front)["title"]
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["markdown_extensions"]
    options = {next(iter(e)): next(iter(e.values())) for e in settings if isinstance(e, dict)}
    html = Markdown(
        extensions=[e if isinstance(e, str) else next(iter(e)) for e in settings], extension_configs=options
    ).convert(body)
    tags = _Tags(html)
    assert tags.names.isdisjoint({"script", "img"})
    assert [value for name, value in tags.attributes if name.startswith("on") or value.startswith("javascript:")] == []
    assert tags.text.count("<script>alert(1)</script>") >= 10


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def home(site: Path) -> Iterator[str]:
    """The site's address, served on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(home: str) -> Iterator[Chrome]:
    """Chromium without a window."""
    with browsing.chromium(home) as started:
        yield started


@pytest.mark.parametrize(
    ("error", "address"),
    [
        (
            "An error occurred (InvalidParameterValueException) when calling the UpdateFunctionCode operation: Error occurred while "
            "GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-2.",
            S3_WRONG_REGION,
        ),
        ("2026-11-03T10:15:30.123Z\n\nTask timed out after 3.00 seconds\n", "signatures/execution/timeout/"),
        (
            "Specified ReservedConcurrentExecutions for function decreases account's\nUnreservedConcurrentExecution below its "
            "minimum value of [10].",
            "signatures/quota/unreserved-concurrency-minimum/",
        ),
    ],
)
def test_a_pasted_errors_page_is_found_first(error: str, address: str, browser: Chrome, home: str) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(home)
    browsing.copy(browser, error)
    field = browser.find_element(By.CSS_SELECTOR, "[data-md-component=search-query]")
    field.click()
    field.send_keys(Keys.CONTROL, "v")
    found = WebDriverWait(browser, 20).until(
        lambda at: at.find_elements(By.CSS_SELECTOR, ".md-search-result__item > a.md-search-result__link")
    )
    assert found[0].get_attribute("href").partition("?")[0] == home + address


def test_tabs_and_copying_work(browser: Chrome, home: str) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(home + S3_WRONG_REGION)
    browser.find_element(By.XPATH, "//label[.='SAM']").click()
    block = next(b for b in browser.find_elements(By.CSS_SELECTOR, ".tabbed-block") if b.is_displayed())
    command = "sam deploy --resolve-s3 --region FUNCTION_REGION"
    assert command in block.text
    button = WebDriverWait(block, 10).until(lambda at: at.find_elements(By.CSS_SELECTOR, "[data-md-type=copy]"))[0]
    browser.execute_script("arguments[0].click()", button)
    WebDriverWait(browser, 10).until(lambda at: browsing.clipboard(at).strip() == command)


@pytest.mark.parametrize(("width", "scheme", "named"), [(1280, "light", "default"), (360, "dark", "slate")])
@pytest.mark.parametrize("address", ["", S3_WRONG_REGION, "signatures/documented-by-aws/"])
def test_it_fits_a_desk_and_a_phone_light_and_dark(
    address: str, width: int, scheme: str, named: str, browser: Chrome, home: str
) -> None:
    browser.get("about:blank")  # an open page would follow the change, and remember it
    browsing.look_like(browser, width, scheme)
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": home, "storageTypes": "local_storage"})
    browser.get(home + address)
    assert browser.execute_script("return document.body.dataset.mdColorScheme") == named
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert [name for name in browsing.loaded(browser) if not name.startswith((home, "data:"))] == []
