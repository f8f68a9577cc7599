"""Links: well-formed, of an official site, and at least one from AWS or the tool's own maker."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from lambda_doctor.lint import LintFinding, Subject

OFFICIAL = (
    "docs.aws.amazon.com", "aws.amazon.com", "repost.aws", "boto3.amazonaws.com", "botocore.amazonaws.com",
    "developer.hashicorp.com", "registry.terraform.io", "www.serverless.com", "serverless.com", "nodejs.org",
    "docs.python.org", "docs.docker.com", "packaging.python.org", "docs.oracle.com", "learn.microsoft.com", "go.dev",
    "pkg.go.dev", "docs.rs", "doc.rust-lang.org", "docs.ruby-lang.org", "maven.apache.org", "esbuild.github.io",
    "pip.pypa.io", "docs.npmjs.com", "docs.pydantic.dev", "numpy.org", "www.psycopg.org", "curl.se", "github.com",
    "matplotlib.org", "sharp.pixelplumbing.com", "www.prisma.io", "yaml.org", "toml.io", "openjdk.org",
)  # fmt: skip


def check(subject: Subject) -> Iterator[LintFinding]:
    """Each link is https, without blanks, of a site in OFFICIAL."""
    for _, entry in subject.entries():
        links = [(["docs", number, "url"], link.url) for number, link in enumerate(entry.signature.docs)]
        links += [(["fixes", number, "see"], step.see) for number, step in enumerate(entry.signature.fixes) if step.see]
        seen = set()
        for path, url in links:
            parts = urlsplit(url)
            if parts.scheme != "https" or not parts.netloc or " " in url:
                yield subject.finding(entry, path, "link", f"{url} is no https link", "Write the full address.")
            elif parts.netloc not in OFFICIAL:
                yield subject.finding(
                    entry, path, "link", f"{parts.netloc} is not known as an official site",
                    "Link the maker's own documentation, or add the site to lambda_doctor/lint/links.py.",
                    "error" if subject.catalog.layers[-1].name == "knowledge" else "note",
                )
            if path[0] == "docs" and url in seen:
                yield subject.finding(entry, path, "link", f"{url} stands twice", "Keep one.")
            seen.add(url)
