"""Checking a bundle at the command line: no database, no web framework, nothing but the file and the keys given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.cli.output import OUT, fail, print_json
from api.inputs import InputError, note_in, policy_in, verifier_key
from api.replay import replayed
from api.reporting import check_reports, kinds_of
from ledger.bundle import About, Bundle
from ledger.faults import Fault
from ledger.proof.policy import Policy
from ledger.verify.bundle import verify
from ledger.verify.many import verify_many
from ledger.verify.verdict import Trust, Verdict, Wrong

TITLES: Final = {
    "checkpoint": ("检查点签名", "the checkpoint is signed"),
    "entries": ("逐步相接", "the entries follow each other"),
    "inclusion": ("在册", "every entry is in the ledger"),
    "time": ("时间递增", "time increases"),
    "completeness": ("无缺漏", "no step is left out"),
    "consistency": ("只增不改", "the ledger only grew"),
    "law": ("法规相符", "the law is the one used"),
    "evidence": ("证据相符", "the evidence is the one registered"),
    "disclosed": ("披露相符", "disclosed texts are those sealed"),
    "ledger": ("全账逐条", "every entry of the ledger"),
    "accesses": ("查阅登记", "the record of who read is as digested"),
    "erasures": ("依法删除", "what was erased is gone"),
    "replay": ("可重演", "the file can be replayed"),
    "reports": ("报告相符", "the reports follow from the entries"),
}

File = Annotated[Path, typer.Argument(metavar="FILE", help="a bundle, as caseledger export writes it")]
Keys = Annotated[list[str] | None, typer.Option("--key", metavar="VKEY", help="key of the ledger, or a file with it")]
Witnesses = Annotated[
    list[str] | None, typer.Option("--witness", metavar="VKEY", help="a witness that must have signed; repeatable")
]
PolicyFile = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE", help="keys and quorum (C2SP tlog-policy), in their place")
]
Since = Annotated[Path | None, typer.Option(metavar="FILE", help="a checkpoint that the ledger must have grown from")]
Elsewhere = Annotated[
    Path | None, typer.Option("--checkpoint", metavar="FILE", help="a checkpoint got elsewhere, in the bundle's place")
]
NotBefore = Annotated[
    str | None, typer.Option(metavar="TIME", help="refuse a checkpoint last signed before, 2024-10-20T09:00:00Z")
]


def verify_bundle(
    file: File,
    key: Keys = None,
    witness: Witnesses = None,
    policy: PolicyFile = None,
    since: Since = None,
    checkpoint: Elsewhere = None,
    not_before: NotBefore = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="JSON for tools instead of text")] = False,
) -> None:
    """Check a bundle offline: nothing altered, nothing left out, no figure wrong. Exit codes 10 to 19 say what is."""
    try:
        trust = Trust(
            policy_of(key or (), witness or (), policy),
            since=note_in(since) if since is not None else None,
            checkpoint=note_in(checkpoint) if checkpoint is not None else None,
            not_before=_time(not_before),
        )
        bundle = Bundle.read(file)
        state = None
        if bundle.report is not None:
            kinds = kinds_of(bundle.report.name)
            verdict = verify_many(bundle, trust, lambda stream: stream.partition("/")[0] in kinds)
        else:
            verdict = verify(bundle, trust)
            state = replayed(bundle, verdict)
        check_reports(bundle, verdict)
    except Fault as fault:
        fail(fault.line, fault.exit)
    if json:
        about = asdict(bundle.report) if bundle.report is not None else None
        print_json(as_json(verdict) | {"state": state, "report": about})
    else:
        OUT.print("\n".join(as_text(verdict, state, bundle.report)))
    raise typer.Exit(verdict.exit)


def policy_of(keys: Sequence[str], witnesses: Sequence[str], policy: Path | None) -> Policy:
    """What counts: the keys on the command line, all of whose witnesses must have signed, or a policy file.

    Raises:
        InputError: neither or both are given.
        FileFault, KeyFormError: one of them cannot be read.
    """
    if (policy is None) == (not keys) or (policy is not None and witnesses):
        raise InputError("keys-not-named")
    if policy is not None:
        return policy_in(policy)
    return Policy.of(map(verifier_key, keys), map(verifier_key, witnesses))


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for tools."""
    wrong = verdict.wrong
    return {
        "ok": wrong is None,
        "exit": verdict.exit,
        "ledger": verdict.ledger,
        "stream": verdict.stream,
        "size": verdict.size,
        "sealed_at": verdict.sealed_at,
        "witnessed_at": verdict.witnessed_at,
        "checks": [{"name": check.name, "ok": check.ok, "count": check.count} for check in verdict.checks],
        "evidence_left_out": verdict.left_out,
        "first_bad": _first_bad(wrong) if wrong is not None else None,
    }


def _first_bad(wrong: Wrong) -> dict[str, Any]:
    place = {"position": wrong.position, "stream": wrong.stream}
    return place | {"code": wrong.code, "why": wrong.why, "why_zh": wrong.why_zh}


def as_text(verdict: Verdict, state: dict[str, Any] | None, report: About | None = None) -> list[str]:
    """A verdict for people."""
    lines = [f"{verdict.ledger}  {verdict.stream or ''}  as of exactly {verdict.size} entries"]
    if report is not None:
        lines.append(f"  报告 report {report.name} {report.year} {report.organ or '全部机关 all organs'}")
    for check in verdict.checks:
        zh, en = TITLES[check.name]
        lines.append(f"  {'✓' if check.ok else '✗'}  {zh}  {en}" + (f"  ({check.count})" if check.ok else ""))
    lines.append(f"  封存 sealed at {_said(verdict.sealed_at)}; 见证 witnessed at {_said(verdict.witnessed_at)}")
    if verdict.left_out:
        lines.append("  登记而未随附的证据 evidence registered and not handed over:")
        lines.extend(f"    {digest}" for digest in verdict.left_out)
    if verdict.ledger.endswith("-demo"):
        lines.append("  模拟账本 a simulated ledger: its times were given by whoever recorded")
    if state is not None:
        lines.append(f"  {state['stage_zh']} {state['stage_en']}, version {state['version']}")
    wrong = verdict.wrong
    if wrong is None:
        lines.append("核验通过 everything checks: nothing was altered, no step left out")
    else:
        lines += [f"核验未通过 does not check ({verdict.exit})  [{wrong.code}]", f"  {wrong.zh}", f"  {wrong.en}"]
    return lines


def _said(time: datetime | None) -> str:
    return time.isoformat() if time is not None else "– no time signed"


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InputError("not-a-moment", option="--not-before", text=text) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
