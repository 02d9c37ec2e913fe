"""The tables: heads, evidence and registers, as SQLAlchemy metadata."""

from app.models import (
    case_files,
    cases,
    declarations,
    evidence,
    officers,
    profiles,
    queues,
    registers,
    statistics,
    table_drafts,
)
from app.models.base import metadata

PARTITIONED = tuple(
    sorted(table.name for table in metadata.tables.values() if table.dialect_options["postgresql"].get("partition_by"))
)
EVIDENCE = (
    "assessments",
    "attachments",
    "case_entries",
    "deliveries",
    "documents",
    "events",
    "limit_ledger",
    "signed_messages",
    "transitions",
)
PRUNABLE = ("data_keys", "idempotency_keys")

__all__ = [
    "EVIDENCE",
    "PARTITIONED",
    "PRUNABLE",
    "case_files",
    "cases",
    "declarations",
    "evidence",
    "metadata",
    "officers",
    "profiles",
    "queues",
    "registers",
    "statistics",
    "table_drafts",
]
