"""Diagnoses as a JUnit report, which GitLab, Jenkins, CircleCI and others show beside the tests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from lambda_doctor.render import Found
from lambda_doctor.report import Report
from lambda_doctor.template import tame

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(found: Iterable[Found]) -> str:
    """A document of one suite: each diagnosis is a failed test, named by its signature."""
    items = list(found)
    count = {"tests": str(len(items)), "failures": str(len(items)), "errors": "0"}
    suites = ElementTree.Element("testsuites", {"name": "lambda-doctor", **count})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "lambda-doctor", **count})
    for diagnosis, file, line in items:
        place = {"file": _fit(tame(file)), "line": str(line)} if file else {}
        case = ElementTree.SubElement(suite, "testcase", {"classname": "lambda-doctor", "name": diagnosis.id, **place})
        failure = ElementTree.SubElement(case, "failure", {"type": diagnosis.id, "message": _fit(diagnosis.title)})
        failure.text = _fit(Report(diagnoses=(diagnosis,)).to_text())
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode")


def _fit(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
