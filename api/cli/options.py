"""Options that many commands take, each said once. Nothing here loads a database or a web framework."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path | None, typer.Option(metavar="DIR", help="folder of database and keys [CASELEDGER_DATA]")]
Json = Annotated[bool, typer.Option("--json", help="JSON for tools instead of text")]
Ledger = Annotated[str | None, typer.Option("--ledger", metavar="ID", help="which ledger, where there are several")]
