"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const form = find("form");
  addCopyButtons(document);
  if (!form) return;
  const paste = find("paste"), status = find("status"), answer = find("answer"), marked = find("marked"), evidence = find("evidence");

  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  paste.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ask(); }
  });

  let asked = 0;
  async function ask() {
    const text = paste.value, number = ++asked;
    if (!text.trim()) { status.textContent = "Paste an error first."; paste.focus(); return; }
    status.textContent = "Looking ...";
    answer.hidden = marked.hidden = true;
    let reply;
    try {
      reply = await fetch("/diagnose", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text }) });
    } catch { status.textContent = "The server does not answer."; return; }
    if (!reply.ok) {
      const problem = await reply.json().catch(() => ({}));
      status.textContent = typeof problem.detail === "string" ? problem.detail : `The server answers ${reply.status}.`;
      return;
    }
    const { report, html } = await reply.json();
    if (number !== asked) return; // asked again meanwhile: the later answer counts
    // The fragment is made by the server, which escapes everything that came from the paste.
    answer.innerHTML = html;
    for (const link of answer.querySelectorAll("a")) {
      const id = link.querySelector("code")?.textContent;
      if (id && report.diagnoses.some((diagnosis) => diagnosis.id === id)) link.href = `/signatures/${encodeURIComponent(id)}`;
      link.rel = "noreferrer";
    }
    addCopyButtons(answer);
    const found = report.diagnoses.length;
    status.textContent = found === 1 ? "One diagnosis." : found ? `${found} diagnoses.` : "Nothing known.";
    answer.hidden = false;
    answer.focus();
    mark(text, report.diagnoses);
  }

  // Offsets count code points, JavaScript's strings count UTF-16 units.
  function mark(text, diagnoses) {
    evidence.replaceChildren();
    if (!diagnoses.length) return;
    const points = Array.from(text.replace(/\r\n?/g, "\n"));
    const spans = diagnoses.map(({ evidence: { start, end } }) => [start, end]).sort((a, b) => a[0] - b[0]);
    let done = 0;
    for (const [start, end] of spans) {
      if (start < done) continue;
      evidence.append(points.slice(done, start).join(""));
      const element = document.createElement("mark");
      element.textContent = points.slice(start, end).join("");
      evidence.append(element);
      done = end;
    }
    evidence.append(points.slice(done).join(""));
    marked.hidden = false;
  }

  function addCopyButtons(root) {
    for (const block of root.querySelectorAll("pre")) {
      const code = block.querySelector("code");
      if (!code || block.parentElement.className === "code") continue;
      const frame = document.createElement("div"), button = document.createElement("button");
      frame.className = "code";
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      block.replaceWith(frame);
      frame.append(button, block);
    }
  }
})();
