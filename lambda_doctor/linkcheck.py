"""Whether the pages that a catalog links are there: run where there is a network, the answers kept with the catalog."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urldefrag
from urllib.request import Request, urlopen

from lambda_doctor.lint import read_path

TIMEOUT = 20.0  # seconds
THREADS = 8
PAGE_MAX = 10_000_000  # bytes of a page that are read
OK = "ok"
RESULT = "_links.yaml"
HEAD = """\
# Whether each linked page is there: `ok`, or what was found instead, and when it was asked for.
# A year without a month: a stored copy of the page was read; the site was not asked.
# Written by `lambda-doctor catalog links`; `lambda-doctor catalog lint` warns of those that are not ok.
"""


def check_links(folder: Path) -> list[str]:
    """Ask for each page that the catalog links; writes `_links.yaml` in its folder.

    Returns a line for each page that is not there, has moved or lacks the section. Pages that nobody answers for keep
    what was found of them before.
    """
    source = read_path(folder).source
    urls: set[str] = set()
    for entry in source.entries.values():
        urls.update(link.url for link in entry.signature.docs)
        urls.update(step.see for step in entry.signature.fixes if step.see)
    with ThreadPoolExecutor(THREADS) as pool:
        found = dict(zip(sorted(urls), pool.map(page_status, sorted(urls)), strict=True))
    lines = []
    month = f"{date.today():%Y-%m}"
    for url, status in found.items():
        before = source.links.get(url)
        if status.startswith("no answer") and before is not None:
            lines.append(f'"{url}": {{status: {_quoted(before.status)}, checked: "{before.checked}"}}')
        else:
            lines.append(f'"{url}": {{status: {_quoted(status)}, checked: "{month}"}}')
    (folder / RESULT).write_text("\n".join([*HEAD.splitlines(), *lines]) + "\n", encoding="utf-8")
    return [f"{url}: {status}" for url, status in found.items() if status != OK]


def page_status(url: str) -> str:
    """`ok`, or what is wrong with the page: its HTTP status, where it moved, a section that it lacks, no answer."""
    address, section = urldefrag(url)
    request = Request(address, headers={"User-Agent": "lambda-doctor link check"})
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:
            body = answer.read(PAGE_MAX).decode("utf-8", "replace")
            if answer.url.rstrip("/") != address.rstrip("/"):
                return f"moved to {answer.url}"
    except HTTPError as error:
        return f"HTTP {error.code}"
    except (URLError, OSError, ValueError) as error:
        return f"no answer ({error.__class__.__name__})"
    if section and not re.search(rf"\b(?:id|name)\s*=\s*[\"']?{re.escape(section)}[\"'\s>]", body):
        return f"no section #{section}"
    return OK


def _quoted(status: str) -> str:
    return status if status == OK else '"' + status.replace("\\", "").replace('"', "") + '"'
