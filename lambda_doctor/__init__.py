"""lambda-doctor: what an AWS Lambda error means, and what to type now.

>>> from lambda_doctor import diagnose
>>> diagnose("Task timed out after 3.00 seconds").best.id
'execution.timeout'
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; importing `typing` takes longer than all that is here
if TYPE_CHECKING:
    from typing import Any

    from lambda_doctor.catalog import Catalog as Catalog
    from lambda_doctor.diagnosing import diagnose as diagnose
    from lambda_doctor.diagnosing import explain as explain
    from lambda_doctor.document import CatalogError as CatalogError
    from lambda_doctor.integrations.exceptions import explaining as explaining
    from lambda_doctor.integrations.exceptions import install as install
    from lambda_doctor.repl import last_error as last_error
    from lambda_doctor.repl import paste as paste
    from lambda_doctor.report import Context as Context
    from lambda_doctor.report import Diagnosis as Diagnosis
    from lambda_doctor.report import DocLink as DocLink
    from lambda_doctor.report import Evidence as Evidence
    from lambda_doctor.report import Fix as Fix
    from lambda_doctor.report import Observation as Observation
    from lambda_doctor.report import Report as Report
    from lambda_doctor.scanning import scan as scan
    from lambda_doctor.signature import Signature as Signature

__version__ = "0.1.0"

# Imported when first asked for: pydantic, regex and YAML cost more than everything else here.
_HOMES = {
    "Catalog": "catalog",
    "CatalogError": "document",
    "Context": "report",
    "Diagnosis": "report",
    "DocLink": "report",
    "Evidence": "report",
    "Fix": "report",
    "Observation": "report",
    "Report": "report",
    "Signature": "signature",
    "diagnose": "diagnosing",
    "explain": "diagnosing",
    "explaining": "integrations.exceptions",
    "install": "integrations.exceptions",
    "last_error": "repl",
    "paste": "repl",
    "scan": "scanning",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lambda_doctor' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"lambda_doctor.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook `%%diagnose`: called by `%load_ext lambda_doctor`."""
    from lambda_doctor.integrations.ipython import load

    load(shell)
