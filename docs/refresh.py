"""Draw again what the pages show of real output: the README's first answer, and the pictures.

    python docs/refresh.py

Needs the extra `dev`; the screenshots need Chromium besides.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
IMAGES = ROOT / "docs" / "images"
TERMINAL = "An error occurred (ResourceConflictException) when calling the UpdateFunctionCode operation: The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:eu-west-1:123456789012:function:orders"  # fmt: skip  # noqa: E501
WIDTH = 100


def output(*arguments: str, **environment: str) -> str:
    """What the command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "lambda_doctor", *arguments],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout


def readme() -> None:
    """The output under the README's first command."""
    text = README.read_text(encoding="utf-8")
    command = text.partition("<!-- first -->")[2].partition("```sh\n")[2].partition("\n```")[0]
    shown = output(*shlex.split(command.rpartition(" && ")[2])[1:], NO_COLOR="1")
    drawn = re.sub(
        r"(<!-- output of the first command -->\n```text\n).*?(```)",
        lambda match: f"{match[1]}{shown}{match[2]}",
        text,
        flags=re.DOTALL,
    )
    README.write_text(drawn, encoding="utf-8")


def terminal() -> None:
    """A diagnosis in a terminal, with its colours."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ aws lambda update-function-code ... 2>&1 | lambda-doctor", style="bold"))
    console.print(Text.from_ansi(output("--color", "always", TERMINAL)))
    IMAGES.mkdir(exist_ok=True)
    # The font is the reader's own: the picture asks no other host.
    picture = console.export_svg(title="lambda-doctor")
    picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL).replace("Fira Code", "ui-monospace")
    (IMAGES / "terminal.svg").write_text(picture, encoding="utf-8")


def page() -> None:
    """The paste page, on a desk by day and on a phone by night."""
    sys.path.insert(0, str(ROOT / "tests"))
    import browsing
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait
    from serving import served

    with served() as running, browsing.chromium(running.address) as browser:
        for name, width, height, scheme in (("page", 1000, 1180, "light"), ("page-phone", 390, 1400, "dark")):
            browsing.look_like(browser, width, scheme, height=height)
            browser.get(running.address)
            browsing.copy(browser, TERMINAL)
            field = browser.find_element(By.ID, "paste")
            field.send_keys(Keys.CONTROL, "v")
            field.send_keys(Keys.CONTROL, Keys.ENTER)
            WebDriverWait(browser, 30).until(lambda at: "diagnosis" in at.find_element(By.ID, "status").text)
            browser.execute_script("document.getElementById('marked').open = true; scrollTo(0, 0)")
            browser.save_screenshot(str(IMAGES / f"{name}.png"))


if __name__ == "__main__":
    readme()
    terminal()
    page()
