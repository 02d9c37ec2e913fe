"""The two configuration files of the embedded server: its settings, and who may connect.

What belongs here: their text. They are written anew at every start, so an upgrade of the service upgrades them too; an
operator's own values go into `postgresql.local.conf` in the data folder, which is read last.
"""

import os
from dataclasses import dataclass
from pathlib import Path

OWNER_ROLE = "tongguan_owner"
SERVICE_ROLE = "tongguan_service"
DATABASE = "tongguan"
SUPERUSER = "postgres"
MEBIBYTE = 1024**2

# The superuser exists in single-user mode only (see cluster.py): no line lets it, or anyone else, in.
ACCESS_RULES = f"""\
# Written at every start. TYPE DATABASE USER METHOD
local all {OWNER_ROLE} scram-sha-256
local all {SERVICE_ROLE} scram-sha-256
local all all reject
"""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What differs between a server that keeps evidence and a throwaway one for tests."""

    durable: bool = True
    shared_buffers_mib: int | None = None

    def buffers_mib(self) -> int:
        """An eighth of the memory, within 128 MiB and 1 GiB; the file cache of the system does the rest."""
        return self.shared_buffers_mib or max(128, min(1024, memory_bytes() // 8 // MEBIBYTE))


def server_settings(socket_folder: Path, tuning: Tuning) -> str:
    """The text of postgresql.conf."""
    values = {
        # Reached by its socket only, by password only.
        "listen_addresses": "''",
        "port": "5432",
        "unix_socket_directories": _quoted_folder(socket_folder),
        "unix_socket_permissions": "0700",
        "password_encryption": "'scram-sha-256'",
        "cluster_name": "'tongguan'",
        "max_connections": "100",
        # Acknowledged means durable (promise P1).
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        # A gigabyte of log is replayed in seconds: ready again within ten (promise P16).
        "max_wal_size": "'1GB'",
        "min_wal_size": "'256MB'",
        "checkpoint_timeout": "'5min'",
        "checkpoint_completion_target": "0.9",
        "wal_level": "replica",
        "shared_buffers": f"'{tuning.buffers_mib()}MB'",
        "work_mem": "'16MB'",
        "maintenance_work_mem": "'128MB'",
        # Short statements on few cores: compiling and parallel workers cost more than they bring.
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "32",
        # The evidence tables only grow; analyse them early so that no plan is made for an empty table.
        "autovacuum_naptime": "'15s'",
        "autovacuum_analyze_scale_factor": "0.05",
        "autovacuum_vacuum_insert_scale_factor": "0.1",
        "idle_in_transaction_session_timeout": "'60s'",
        # Seven files, one a weekday. Terse: a DETAIL line would show personal values, a statement too.
        "logging_collector": "on",
        "log_directory": "'log'",
        "log_filename": "'postgresql-%a.log'",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "'1d'",
        "log_rotation_size": "0",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_checkpoints": "off",
        "log_lock_waits": "on",
        "log_timezone": "'Asia/Shanghai'",
        "timezone": "'UTC'",
    }
    if not tuning.durable:
        values |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
    lines = [f"{name} = {value}" for name, value in values.items()]
    return "\n".join(["# Written at every start.", *lines, "include_if_exists = 'postgresql.local.conf'", ""])


def _quoted_folder(folder: Path) -> str:
    """One element of a comma-separated list inside a quoted value: quotes of both levels are doubled."""
    element = str(folder).replace('"', '""')
    return "'\"" + element.replace("\\", "\\\\").replace("'", "''") + "\"'"


def memory_bytes() -> int:
    """The memory this machine or container has, whichever is less."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return whole
    return min(whole, int(limit)) if limit.isdigit() else whole
