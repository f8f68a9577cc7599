"""`lambda-doctor mcp`: the Model Context Protocol, so that an assistant asks the catalog instead of guessing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from lambda_doctor import __version__
from lambda_doctor.catalog import Catalog
from lambda_doctor.cli import KNOWN
from lambda_doctor.diagnosing import diagnose as _diagnose
from lambda_doctor.render.signature import markdown
from lambda_doctor.report import Context, Report, Suggestion
from lambda_doctor.signature import Signature

INSTRUCTIONS = """\
Call `diagnose` with the whole error text that the user shows, unchanged, before you explain an error of AWS Lambda, the
AWS CLI, CloudFormation, SAM, CDK, Terraform or the Serverless Framework. In its answer:
- a diagnosis with confidence 0.9 or more is certain: tell its cause, and give its commands as they are;
- between 0.5 and 0.9 it is likely: say so, and give the step under `confirm` first;
- below 0.5 it might be: name it as one possibility;
- `suggestions` are guesses by wording, not diagnoses: never present one as the cause;
- no diagnosis means that nothing is known: say so, and ask for what `next_steps` tells to fetch.
Secrets in the text are replaced by tokens such as REDACTED-secret-1; leave them so."""


class Found(BaseModel):
    """What was found for a description; guesses by wording."""

    suggestions: Annotated[list[Suggestion], Field(description="best first; none of them is a diagnosis")]


def make_server(catalog: Catalog | None = None) -> MCPServer[Any]:
    """The server, with every signature as a resource."""
    used = Catalog.default() if catalog is None else catalog
    server = MCPServer[Any]("lambda-doctor", version=__version__, instructions=INSTRUCTIONS)

    @server.tool()
    def diagnose(
        text: Annotated[str, Field(description="the error as it was shown, whole and unchanged")],
        context: Annotated[Context | None, Field(description="what is known besides the text")] = None,
    ) -> Report:
        """Say what an AWS error means and what to do: cause, steps with commands, how to confirm, links, confidence."""
        return _diagnose(text, context=context, catalog=used)

    @server.tool()
    def explain(identifier: Annotated[str, Field(description="such as deployment.s3-wrong-region")]) -> Signature:
        """Show everything that the catalog has about one error."""
        try:
            return used[identifier]
        except KeyError as error:
            raise ToolError(str(error.args[0])) from None

    @server.tool()
    def search(words: Annotated[str, Field(description="a symptom in words")], limit: int = 10) -> Found:
        """Find errors of the catalog by a description in words; the results are guesses, not diagnoses."""
        return Found(suggestions=list(used.search(words, max(1, min(limit, 50)))))

    @server.resource("signature://{identifier}", mime_type="text/markdown")
    def signature(identifier: str) -> str:
        """A signature as Markdown."""
        return markdown(used[identifier])

    for identifier in used.ids:
        _add_resource(server, used, identifier)
    return server


def _add_resource(server: MCPServer[Any], catalog: Catalog, identifier: str) -> None:
    from mcp.server.mcpserver.resources import FunctionResource

    title = catalog.data(identifier)["title"]
    server.add_resource(
        FunctionResource.from_function(
            lambda: markdown(catalog[identifier]),
            uri=f"signature://{identifier}",
            name=identifier,
            description=title,
            mime_type="text/markdown",
        )
    )


def add(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Declare the command's arguments."""
    parser.add_argument("--http", action="store_true", help="streamable HTTP on this machine instead of standard input")
    parser.add_argument("--port", type=int, default=8766)
    return _serve


def _serve(options: argparse.Namespace) -> int:
    server = make_server()
    if options.http:
        server.run("streamable-http", host="127.0.0.1", port=options.port)
    else:
        server.run("stdio")
    return KNOWN
