from lambda_doctor.report import Report
def render(report: Report, *, width: int, color: bool, links: bool) -> str:
    out=[]
    for d in report.diagnoses:
        out.append(f"{d.confidence:.0%} {d.id}: {d.title}  x{d.count}\n  line {d.evidence.line}: {d.evidence.text!r}\n  {d.captures}\n {d.cause}\n  symptoms {d.symptoms}")
        for f in d.fixes: out.append(f"  - {f.do} {dict(f.when) or ''}" + (f"\n      {f.run}" if f.run else ""))
    out.append(str(report.observation))
    return "\n".join(out)
