"""Links: well-formed, of an official site, and at least one from AWS or the tool's own maker."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from lambda_doctor.lint import LintFinding, Subject


def check(subject: Subject) -> Iterator[LintFinding]:
    """Each link is https, without blanks, of a site that `_sites.yaml` names."""
    for _, entry in subject.entries():
        links = [(["docs", number, "url"], link.url) for number, link in enumerate(entry.signature.docs)]
        links += [(["fixes", number, "see"], step.see) for number, step in enumerate(entry.signature.fixes) if step.see]
        seen = set()
        for path, url in links:
            parts = urlsplit(url)
            if parts.scheme != "https" or not parts.netloc or " " in url:
                yield subject.finding(entry, path, "link", f"{url} is no https link", "Write the full address.")
            elif subject.source.sites and parts.netloc not in subject.source.sites:
                yield subject.finding(
                    entry,
                    path,
                    "link",
                    f"{parts.netloc} is not known as an official site",
                    "Link the maker's own documentation, or add the site to _sites.yaml.",
                )
            page = subject.source.links.get(url)
            if page is not None and page.status != "ok":
                yield subject.finding(
                    entry,
                    path,
                    "dead-link",
                    f"{url} was asked for in {page.checked}: {page.status}",
                    "Link the page that took its place, then run: lambda-doctor catalog links",
                    "warning",
                )
            if path[0] == "docs" and url in seen:
                yield subject.finding(entry, path, "link", f"{url} stands twice", "Keep one.")
            seen.add(url)
