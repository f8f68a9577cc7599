"""`lambda-doctor serve`: diagnoses over HTTP, and the paste page at `/`. No text is stored or logged."""

from __future__ import annotations

import argparse
import pathlib
from collections.abc import Awaitable, Callable
from html import escape
from typing import Annotated, Any

from fastapi import Body, FastAPI, HTTPException, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field

from lambda_doctor import __version__
from lambda_doctor.catalog import Catalog
from lambda_doctor.cli import KNOWN, Misuse
from lambda_doctor.diagnosing import diagnose
from lambda_doctor.render import html
from lambda_doctor.report import Context, Report
from lambda_doctor.signature import ID, Signature

BODY_MAX = 4 * 1024 * 1024  # bytes
RATE = "120/minute"  # for each client
PAGE = pathlib.Path(__file__).parent / "page"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Question(BaseModel):
    """An error to diagnose."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(description="the pasted text, at most 4 MiB with the rest of the body")]
    context: Annotated[Context | None, Field(description="what is known besides the text")] = None


class Answer(BaseModel):
    """The report, and the same as an HTML fragment."""

    report: Report
    html: str


def make_app(catalog: Catalog | None = None, *, rate: str = RATE) -> FastAPI:
    """The application; `rate` is the number of requests that a client may make, such as `120/minute`."""
    used = Catalog.default() if catalog is None else catalog
    app = FastAPI(title="lambda-doctor", version=__version__, docs_url=None, redoc_url=None)
    limiter, allowed = MovingWindowRateLimiter(MemoryStorage()), parse(rate)

    @app.middleware("http")
    async def guard(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        client = request.client.host if request.client else ""
        length = request.headers.get("content-length", "0")
        if request.method == "POST" and not length.isdigit():
            answer: Response = JSONResponse({"detail": "Content-Length is not a number"}, 400)
        elif int(length) > BODY_MAX or "chunked" in request.headers.get("transfer-encoding", ""):
            answer = JSONResponse({"detail": f"the body may have {BODY_MAX:,} bytes, told by Content-Length"}, 413)
        elif request.method == "POST" and not limiter.hit(allowed, client):
            answer = JSONResponse({"detail": f"no more than {rate} from one client"}, 429)
        else:
            answer = await call(request)
        answer.headers.update(HEADERS)
        return answer

    limited: dict[int | str, dict[str, Any]] = {
        400: {"description": "the body is no JSON"},
        413: {"description": "the body is too large"},
        429: {"description": "too many requests"},
    }

    @app.post("/diagnose", responses=limited)
    async def _diagnose(question: Annotated[Question, Body()]) -> Answer:
        """Diagnose an error."""
        report = await run_in_threadpool(diagnose, question.text, context=question.context, catalog=used)
        return Answer(report=report, html=html.render(report))

    @app.get("/signatures/{identifier}", responses={404: {"description": "no such signature"}})
    async def _signature(
        identifier: Annotated[str, Path(examples=["execution.timeout"])], request: Request
    ) -> Signature:
        """A signature of the catalog; a browser gets it as a page."""
        if not ID.fullmatch(identifier) or identifier not in used:
            raise HTTPException(404, "no such signature")
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(_page_of(used[identifier]))  # type: ignore[return-value]
        return used[identifier]

    @app.get("/healthz")
    async def _health() -> dict[str, str]:
        """That the service is there, and with which catalog."""
        return {"status": "ok", "catalog": used.version}

    for name in ("page.css", "page.js"):
        app.get(f"/{name}", include_in_schema=False)(lambda name=name: FileResponse(PAGE / name))
    app.get("/", include_in_schema=False)(lambda: FileResponse(PAGE / "page.html"))
    return app


def _page_of(entry: Signature) -> str:
    from lambda_doctor.render.signature import steps, wordings
    from lambda_doctor.template import fill

    said = "".join(f"<pre><code>{escape(wording)}</code></pre>" for wording in wordings(entry))
    links = "".join(f'<li><a href="{escape(link.url)}">{escape(link.title)}</a></li>' for link in entry.docs)
    parts = [f"<h1>{html.prose(entry.title)}</h1><p><code>{entry.id}</code></p><h2>Reads like</h2>{said}"]
    parts.append(f"<h2>What happens</h2><p>{html.prose(fill(entry.cause, {}))}</p>")
    parts.append(f"<h2>What to do</h2>{html.steps(steps(entry))}")
    for title, prose in (("How to check", entry.confirm), ("What does not help", entry.avoid)):
        if prose:
            parts.append(f"<h2>{title}</h2><p>{html.prose(fill(prose, {}))}</p>")
    parts.append(f"<h2>Read more</h2><ul>{links}</ul>")
    frame = (PAGE / "page.html").read_text(encoding="utf-8")
    before, _, rest = frame.partition("<!-- main -->")
    _, _, after = rest.partition("<!-- /main -->")
    return before.replace("<title>", f"<title>{escape(entry.title)} - ", 1) + "".join(parts) + after


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the command's arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--rate", default=RATE, help=f"requests that a client may make ({RATE})")
    return _serve


def _serve(options: argparse.Namespace) -> int:
    import uvicorn

    try:
        app = make_app(rate=options.rate)
    except ValueError as error:
        raise Misuse(f"--rate: {error}; write such as 120/minute") from None
    print(f"lambda-doctor at http://{options.host}:{options.port}/", flush=True)
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", access_log=False)
    return KNOWN
