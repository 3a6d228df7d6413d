"""The logins of docker/compose.yaml: made by docker/roles.sql, they can do what their containers do, and no more.

No container engine is needed: the SQL and the settings are the compose file's own, on an embedded server.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from ruamel.yaml import YAML

from ledger.postgres.embedded import Server
from tests.cli.terminal import caseledger, serving

DOCKER = Path(__file__).parents[1] / "docker"
COMPOSE: dict[str, Any] = YAML(typ="safe", pure=True).load(DOCKER / "compose.yaml")
LEDGER = "cn-000000-demo"


@pytest.fixture(scope="module")
def settings() -> Iterator[dict[str, dict[str, str | Path]]]:
    """The settings of the three containers, with this server in the place of theirs; the first has opened a ledger."""
    with tempfile.TemporaryDirectory(prefix="caseledger-") as path, Server(Path(path) / "pg", fsync=False) as server:
        folder = Path(path)
        for name in ("admin", "service", "sealer"):
            (folder / name).write_text(f"{name}'s password\n", encoding="utf-8")
        with psycopg.connect(server.dsn, autocommit=True) as superuser:
            superuser.execute("CREATE DATABASE caseledger TEMPLATE template0")
            sql = (DOCKER / "roles.sql").read_text(encoding="utf-8").replace("/run/secrets", path)
            superuser.execute(sql.encode())
        where = {name: str(conninfo_to_dict(server.dsn)[name]) for name in ("host", "port")}
        found: dict[str, dict[str, str | Path]] = {}
        for container in ("migrate", "service", "sealer"):
            environment = COMPOSE["services"][container]["environment"]
            found[container] = {
                "DSN": make_conninfo(environment["CASELEDGER_DSN"], **where),
                "DSN_PASSWORD_FILE": folder / Path(environment["CASELEDGER_DSN_PASSWORD_FILE"]).name,
                "DATA": folder / ("sealing" if container == "sealer" else "keys"),
                "SITE": folder / "site",
            }
        assert caseledger("init", LEDGER, "--regime", "karamay-2022", **found["migrate"]).code == 0
        yield found


def test_the_service_appends_and_reads_with_a_login_that_may_do_nothing_else(
    settings: dict[str, dict[str, str | Path]],
) -> None:
    body = {"supervisor": "organ-justice", "subject": "organ-urban", "origin": "inspection", "matter": "检查"}
    with serving("serve", "--port", "0", **settings["service"]) as pages:
        asked = Request(
            f"{pages.address}api/v1/ledgers/{LEDGER}/cases",
            json.dumps({**body, "id": "first", "regime": "karamay-2022"}).encode(),
            {"Content-Type": "application/json", "Idempotency-Key": "1"},
        )
        with urlopen(asked, timeout=10) as answer:
            assert answer.status == 201
        assert json.loads(pages.get(f"api/v1/ledgers/{LEDGER}/cases/first"))["version"] == 1
        assert pages.stop() == (0, "")


def test_the_sealer_seals_with_a_login_that_reads_the_log_and_no_sealed_text(
    settings: dict[str, dict[str, str | Path]],
) -> None:
    assert caseledger("keys", "new", LEDGER, **settings["sealer"]).code == 0
    assert caseledger("seal", "--once", "--json", **settings["sealer"]).json[LEDGER]["size"] > 0
    with psycopg.connect(str(settings["sealer"]["DSN"]), autocommit=True) as sealer:
        for role in ("writer", "projector", "owner", "pen"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sealer.execute(f"SET ROLE caseledger_{role}".encode())
        sealer.execute("SET ROLE caseledger_reader")
        for table in ("sealed_values", "data_keys", "requests"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sealer.execute(f"SELECT * FROM ledger.{table}".encode())


def test_the_admin_erases_and_the_service_may_not(settings: dict[str, dict[str, str | Path]]) -> None:
    who = ("--person", "person-a", "--organ", "organ-justice", "--approver", "person-h", "--ledger", LEDGER)
    words = ("erase", "ledger", "--all", "--basis", "《个人信息保护法》第四十七条", *who)
    recovery = ("recover", LEDGER, "--size", "1", "--root", "0" * 64, "--position", "0", "--reason", "演练", *who[:6])
    assert caseledger(*recovery, **settings["migrate"]).code == 0  # its reason is a sealed text
    refused = caseledger(*words, **settings["service"])
    assert (refused.code, "caseledger_owner" in refused.err) == (1, True)
    done = caseledger(*words, **settings["migrate"])
    assert (done.code, "已依法删除" in done.out) == (0, True), done.err


def test_each_container_mounts_what_is_its_own() -> None:
    mounts = {name: service.get("volumes", []) for name, service in COMPOSE["services"].items()}
    assert [name for name, volumes in mounts.items() if any(v.startswith("sealer:") for v in volumes)] == ["sealer"]
    assert [v for v in mounts["service"] if v.startswith("site:")] == ["site:/var/lib/site:ro"]


def test_the_login_of_the_service_opens_no_ledger(settings: dict[str, dict[str, str | Path]]) -> None:
    said = caseledger("init", "cn-000001", **settings["service"])
    assert said.code == 1
    assert "caseledger_owner" in said.err


def test_the_login_of_the_service_writes_to_no_table(settings: dict[str, dict[str, str | Path]]) -> None:
    with psycopg.connect(str(settings["service"]["DSN"]), autocommit=True) as service:
        for statement in ("DELETE FROM ledger.entries", "UPDATE ledger.ledgers SET size = 0"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(statement.encode())


def test_each_login_has_the_password_of_its_file(settings: dict[str, dict[str, str | Path]]) -> None:
    for container in ("migrate", "service", "sealer"):
        name = Path(COMPOSE["services"][container]["environment"]["CASELEDGER_DSN_PASSWORD_FILE"])
        assert COMPOSE["secrets"][name.name]["file"] == f"secrets/{name.name}"
        login = conninfo_to_dict(str(settings[container]["DSN"]))["user"]
        with psycopg.connect(make_conninfo(str(settings[container]["DSN"]), user="postgres")) as superuser:
            row = superuser.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [login]).fetchone()
        assert row is not None
        assert verifies(f"{name.name}'s password", row[0])


def verifies(password: str, verifier: str) -> bool:
    """Whether a password fits what PostgreSQL keeps of it (RFC 5802)."""
    kept = re.fullmatch(r"SCRAM-SHA-256\$(\d+):(.+)\$(.+):.+", verifier)
    assert kept is not None
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(kept[2]), int(kept[1]))
    return hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest() == base64.b64decode(kept[3])
