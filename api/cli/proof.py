"""Commands of the proof: keys, sealing, witnessing, handing out bundles. Checking one is in `verify`."""

from __future__ import annotations

import os
import secrets
import shlex
import signal
import threading
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.auditing import audited
from api.cli.answers import answers
from api.cli.ledgers import service_of
from api.cli.options import Data, Json, Ledger
from api.cli.output import ERR, OUT, REFUSED, fail, print_json
from api.cli.sealed import disclosures
from api.cli.verify import as_json, as_text, policy_of
from api.evidence import put_down
from api.exporting import bundle_for, bundle_of
from api.founding import record_recovery, rotate_key
from api.inputs import InputError, note_in, signing_key_in, verifier_key
from api.sealing import keys_in, sealing
from api.service import Service, store_of
from api.settings import HIGHEST_PORT, Settings
from domain.identity import Actor, OrganId, PersonId
from ledger.bundle import About
from ledger.evidence.named import named
from ledger.export import Disclosure
from ledger.proof.checkpoint import origin
from ledger.proof.note import COSIGNS, SIGNS, KeyFormError, SigningKey, VerifierKey
from ledger.sealing.witness import Witness

keys = typer.Typer(help="Keys that seal and witness (密钥).", no_args_is_help=True, rich_markup_mode=None)

COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
CORES: Final = os.cpu_count() or 1


@keys.command("new")
@answers
def new_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="ledger that the key seals, or name of the witness")],
    *,
    witness: Annotated[bool, typer.Option("--witness", help="a key that cosigns")] = False,
    folder: Annotated[Path | None, typer.Option("--keys", metavar="DIR", help="where to [CASELEDGER_KEYS]")] = None,
    data: Data = None,
) -> None:
    """Make a key. The secret stays in a file that its owner alone can read; what is printed is for everybody."""
    into = folder or Settings.of(os.environ, data).keys
    key = SigningKey(name if witness else origin(name), COSIGNS if witness else SIGNS, secrets.token_bytes(32))
    OUT.print(str(_kept(key, into / f"{name.replace('/', '_')}.key")))


@keys.command("rotate")
@answers
def rotate(
    ledger: Annotated[str, typer.Argument(metavar="LEDGER")],
    person: Annotated[str, typer.Option(metavar="ID", help="who answers for it")],
    organ: Annotated[str, typer.Option(metavar="ID", help="of which organ")],
    approver: Annotated[str, typer.Option(metavar="ID", help="another person, who has approved it")],
    data: Data = None,
) -> None:
    """Change the key of a ledger (更换密钥): the present one logs the next, and both seal from the sealer's next start.

    Take the earlier key out of the folder once a minute's checkpoints carry both; who has the earlier one for checking
    needs no other.
    """
    settings = Settings.of(os.environ, data)
    present = keys_in(settings.keys, [ledger])[ledger]
    key = SigningKey(origin(ledger), SIGNS, secrets.token_bytes(32))
    with Service(settings) as service:
        desk = service.desk(ledger)
        taken = {path.with_suffix("").name for path in settings.keys.glob(f"{ledger}.*")}
        number = next(number for number in count(2) if f"{ledger}.{number}" not in taken)
        path = settings.keys / f"{ledger}.{number}.key"
        new = _kept(key, path)
        actor = Actor(PersonId(person), OrganId(organ), "administrator")
        try:
            rotate_key(desk, actor, present[-1], new, approver)
        except BaseException:  # a key that nobody knows of is nobody's
            path.unlink()
            path.with_suffix(".vkey").unlink()
            raise
    OUT.print(str(new))


def _kept(key: SigningKey, path: Path) -> VerifierKey:
    """Put a key into a file of its owner, which must not be there, and beside it what it is checked with."""
    try:
        VerifierKey.parse(str(key.verifier))
    except KeyFormError:
        raise InputError("key-name-unfit", name=key.name) from None
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{key.secret()}\n")
    except FileExistsError:
        raise InputError("key-exists", path=path) from None
    path.with_suffix(".vkey").write_text(f"{key.verifier}\n", "ascii")
    return key.verifier


@answers
def seal(
    *,
    once: Annotated[bool, typer.Option("--once", help="one round, and end")] = False,
    ledger: Annotated[list[str] | None, typer.Option(metavar="ID", help="which; all with a key otherwise")] = None,
    policy: Annotated[Path | None, typer.Option(metavar="FILE", help="witnesses to ask (C2SP tlog-policy)")] = None,
    timestamp: Annotated[
        str | None, typer.Option(metavar="COMMAND", help="has what it reads timestamped (RFC 3161), once a minute")
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Seal what is recorded (封存): check it, sign it, publish it, ask witnesses; until told to stop."""
    with sealing(Settings.of(os.environ, data), ledger or (), policy, shlex.split(timestamp or "")) as rounds:
        if not once:
            stop = threading.Event()
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
            signal.signal(signal.SIGINT, lambda *_: stop.set())
            OUT.print("封存中 sealing; stop with Ctrl-C")
            rounds.until(stop)
        done = rounds.once() if once else {}
        if json:
            print_json({name: {"size": at.size, "root": at.root.hex()} for name, at in done.items()})
        else:
            for name, at in done.items():
                OUT.print(f"{name}  sealed up to {at.size}  {at.root.hex()}")
        if rounds.refused:
            fail("\n".join(refused.line for refused in rounds.refused.values()), REFUSED)


@answers
def witness(
    key: Annotated[Path, typer.Option(metavar="FILE", help="the witness's key")],
    log: Annotated[list[str], typer.Option(metavar="VKEY", help="key of a ledger it cosigns; may be repeated")],
    record: Annotated[Path, typer.Option(metavar="FILE", help="what it has seen; made at the first start")],
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=HIGHEST_PORT, help="port")] = 8100,
) -> None:
    """Witness ledgers of others (见证): cosign each checkpoint that only grew from the one before."""
    import uvicorn  # noqa: PLC0415  # only a server waits for these imports

    from api.http.witness import create_witness  # noqa: PLC0415  # see above

    own = signing_key_in(key)
    if own.type != COSIGNS:
        raise InputError("key-type", name=own.name, found=f"{own.type:#04x}", wanted=f"{COSIGNS:#04x}")
    with Witness(record, own, map(verifier_key, log)) as opened:
        OUT.print(f"{own.verifier}\nhttp://{host}:{port}/add-checkpoint")
        uvicorn.run(create_witness(opened), host=host, port=port, log_level="warning")


@answers
def export(
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="the zip to write")],
    case: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="id of a case, or KIND/ID of another file")
    ] = None,
    since: Annotated[Path | None, typer.Option(metavar="FILE", help="prove growth from this checkpoint")] = None,
    ledger: Ledger = None,
    wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="for the sealer to seal the newest")] = 5.0,
    disclose: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="hand out a sealed text too, 3.reason; or all; repeatable")
    ] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="who is handed sealed texts or evidence")] = None,
    organ: Annotated[str | None, typer.Option(metavar="ID", help="of which organ; of a report, the only one")] = None,
    report: Annotated[str | None, typer.Option(metavar="NAME", help="for a report over many files: with them")] = None,
    year: Annotated[int | None, typer.Option(help="of the report")] = None,
    *,
    evidence: Annotated[bool, typer.Option("--evidence", help="with the evidence files that it names")] = False,
    data: Data = None,
) -> None:
    """Hand out a file with its proofs (取证), as a zip that caseledger verify and others check offline."""
    settings = Settings.of(os.environ, data)
    earlier = note_in(since) if since is not None else None
    if (case is None) == (report is None):
        raise InputError("export-of-what")
    if report is not None:
        _refuse_with_report({"--disclose": disclose, "--person": person, "--evidence": evidence})
        if year is None:
            raise InputError("report-without-year")
        made = bundle_for(settings, About(report, year, organ), ledger, earlier, wait)
        made.write(out)
        OUT.print(f"{out}  {made.ledger} {report} {year}, as of exactly {made.size}")
        return
    assert case is not None, "one of them is named"
    stream = case if "/" in case else f"case/{case}"
    told: tuple[Disclosure, ...] = ()
    if disclose:
        if person is None or organ is None:
            raise InputError("reader-not-named")
        told = disclosures(settings, ledger, stream, disclose, Actor(PersonId(person), OrganId(organ), "reader"))
    store = store_of(settings) if evidence else None
    bundle, beyond = bundle_of(settings, stream, ledger, earlier, wait, told, store)
    reader = Actor(PersonId(person), OrganId(organ), "reader") if person is not None and organ is not None else None
    names = list(named(bundle.below("entries").values()))
    if bundle.evidence and reader is not None:
        given = [each for each in names if each.digest in bundle.evidence]
        with Service(settings) as service:
            put_down(service.desk(bundle.ledger), reader, stream, given, "export")
    bundle.write(out)
    size = len(bundle.below("entries"))
    OUT.print(f"{out}  {bundle.ledger} {stream}: {size} entries, as of exactly {bundle.size}")
    for digest in sorted({each.digest for each in names} - bundle.evidence.keys()):
        why = ", which is not in the store" if evidence else ""
        OUT.print(f"  未随附 not handed over: the evidence {digest}{why}")
    if bundle.evidence and reader is None:
        OUT.print("  未登记查阅 it is not put down who is given the evidence: say --person and --organ")
    if beyond:
        OUT.print(f"  {beyond} newer entries are recorded and not sealed yet")


def _refuse_with_report(options: Mapping[str, object]) -> None:
    for option, given in options.items():
        if given:
            raise InputError("report-takes-no", option=option)


@answers
def audit(
    key: Annotated[list[str] | None, typer.Option(metavar="VKEY", help="key of the ledger, or a file with it")] = None,
    witness: Annotated[list[str] | None, typer.Option(metavar="VKEY", help="a witness that must have signed")] = None,
    policy: Annotated[Path | None, typer.Option(metavar="FILE", help="keys and quorum, in their place")] = None,
    since: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="an earlier checkpoint; repeatable")] = None,
    record: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="keep progress here; go on from it, and do not read again what came before"),
    ] = None,
    ledger: Ledger = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="that go through it side by side")] = CORES,
    *,
    json: Json = False,
    data: Data = None,
) -> None:
    """Go through a whole ledger (全账审计): every entry, in its place, as it was sealed. Exit codes as of verify."""
    counted = policy_of(key or [], witness or [], policy)
    earlier = [note_in(path) for path in since or ()]
    with Progress(*COLUMNS, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task("auditing", total=None)
        found = audited(
            Settings.of(os.environ, data),
            ledger,
            counted,
            earlier,
            record,
            lambda done, end: bar.update(task, completed=done, total=end),
            processes,
        )
    if json:
        measured = {"entries": found.followed, "seconds": found.seconds, "rate": found.rate}
        waiting = {"rows": found.undigested, "since": found.undigested_since}
        print_json(as_json(found.verdict) | measured | {"unsealed": found.unsealed, "accesses_undigested": waiting})
    else:
        OUT.print("\n".join(as_text(found.verdict, None)))
        OUT.print(f"  {found.followed} entries in {found.seconds:.1f} s, {found.rate} a second")
        if found.unsealed:
            OUT.print(f"  尚未封存 the newest entries, not sealed yet, which nobody vouches for: {found.unsealed}")
        if found.undigested:
            OUT.print(
                f"  查阅登记尚无摘要 accesses without a digest yet: {found.undigested}, since {found.undigested_since}"
            )
    raise typer.Exit(found.verdict.exit)


@answers
def recover(
    ledger: Annotated[str, typer.Argument(metavar="LEDGER")],
    size: Annotated[int, typer.Option(help="how many entries were signed last, as the sealer says")],
    root: Annotated[str, typer.Option(metavar="HEX", help="the root that was signed")],
    position: Annotated[int, typer.Option(help="where the sealer refused")],
    person: Annotated[str, typer.Option(metavar="ID", help="who answers for going on")],
    organ: Annotated[str, typer.Option(metavar="ID", help="of which organ")],
    approver: Annotated[str, typer.Option(metavar="ID", help="another person, who has approved it")],
    reason: Annotated[str, typer.Option(help="why; it is sealed")],
    data: Data = None,
) -> None:
    """Let the sealer go on after a restore or a false alarm (恢复登记). It stays in the ledger, with both names.

    The sealer then follows the whole ledger again. Whoever holds an earlier checkpoint finds out whether it only grew.
    """
    with service_of(data) as service:
        actor = Actor(PersonId(person), OrganId(organ), "administrator")
        record_recovery(service.desk(ledger), actor, size, root, position, approver, reason)
    OUT.print(f"{ledger}: recorded; the sealer goes on from what is there")
