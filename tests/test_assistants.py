"""Assistants: the SDK's own client talks to the real command, by standard input and over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from conftest import ROOT

mcp = pytest.importorskip("mcp", reason="needs the extra mcp")
from mcp import Client, StdioServerParameters  # noqa: E402

TEXT = "Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'"
COMMAND = ["-m", "lambda_doctor", "mcp"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the command serves streamable HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, *COMMAND, "--http", "--port", str(port)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    for line in server.stderr:
        if re.search(r"running on", line, re.IGNORECASE):
            break
    yield f"http://127.0.0.1:{port}/mcp"
    server.terminate()
    server.wait(10)
    server.stderr.close()


@contextlib.asynccontextmanager
async def connected(address: str | None) -> AsyncIterator[Client]:
    server: Any = address or StdioServerParameters(command=sys.executable, args=COMMAND, cwd=str(ROOT))
    async with Client(server, read_timeout_seconds=60) as client:
        yield client


@pytest.mark.parametrize("way", ["stdio", "http"])
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the SDK's transports close a moment later
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_assistant_asks_and_is_told_what_is_certain(way: str, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue("address") if way == "http" else None

    async def talk() -> None:
        async with connected(address) as client:
            assert "confidence 0.9 or more is certain" in (client.instructions or "")
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert sorted(tools) == ["diagnose", "explain", "search"]
            assert all(tool.output_schema for tool in tools.values())

            answer = await client.call_tool("diagnose", {"text": TEXT, "context": {"function_name": "orders"}})
            assert not answer.is_error
            report = answer.structured_content
            assert report["diagnoses"][0]["id"] == "dependency.module-missing"
            assert report["observation"]["function_name"] == "orders"

            unknown = await client.call_tool("diagnose", {"text": "FrobnicationError: the flux is jammed"})
            assert unknown.structured_content["diagnoses"] == []
            assert unknown.structured_content["next_steps"]

            entry = await client.call_tool("explain", {"identifier": "execution.timeout"})
            assert entry.structured_content["id"] == "execution.timeout"
            wrong = await client.call_tool("explain", {"identifier": "execution.timeuot"})
            assert wrong.is_error
            assert "did you mean execution.timeout" in wrong.content[0].text

            found = await client.call_tool("search", {"words": "loses internet in VPC", "limit": 3})
            assert len(found.structured_content["suggestions"]) == 3

            resources = (await client.list_resources()).resources
            assert "signature://execution.timeout" in {str(resource.uri) for resource in resources}
            page = await client.read_resource("signature://execution.timeout")
            assert "## " in page.contents[0].text

    asyncio.run(talk())


def test_secrets_never_reach_the_assistant() -> None:
    async def talk() -> str:
        async with connected(None) as client:
            text = f"{TEXT} password=hunter22hunter AKIAIOSFODNN7EXAMPLE"
            answer = await client.call_tool("diagnose", {"text": text})
            return answer.model_dump_json()

    said = asyncio.run(talk())
    assert "hunter22hunter" not in said
    assert "AKIAIOSFODNN7EXAMPLE" not in said
