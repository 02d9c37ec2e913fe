"""Drafts of reference tables and of registers: uploaded, rehearsed, approved; and what is published of the draws.

All of it is written once. Who proposed is part of a draft's key, and an answer names both: the database itself refuses
an answer that names another proposer, an approval by the proposer, and one without a rehearsal that passed.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from app.models.base import metadata

UPLOAD, STEP_BACK = 1, 2
APPROVED, REJECTED, WITHDRAWN = 1, 2, 3

table_drafts = Table(
    "table_drafts",
    metadata,
    Column("draft_id", Uuid, primary_key=True, doc="distribution column"),
    Column("proposed_by", Text, primary_key=True, doc="the person: party code of an officer"),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("kind", SmallInteger, primary_key=True, autoincrement=False, doc="1 upload, 2 step back"),
    Column("subject", Text, nullable=False, doc="a table's name, codes, or parties"),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", LargeBinary, nullable=False, doc="of the bytes that were uploaded"),
    Column("first_day", Date, doc="the first day that the content speaks of"),
    Column("complete", Boolean, nullable=False),
    Column("keep_earlier", Boolean, nullable=False),
    Column("note", Text, nullable=False, doc="why; in the clear: names no people"),
    Index(None, "proposed_at", "draft_id"),
    CheckConstraint("kind IN (1, 2)", name="kind"),
)

table_draft_parts = Table(
    "table_draft_parts",
    metadata,
    Column("draft_id", Uuid, primary_key=True, doc="distribution column"),
    Column("table_name", Text, primary_key=True),
    Column("row_count", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False, doc="of the content unpacked"),
    Column("to_version", Integer, doc="of a step back: the version that becomes current again"),
    Column("content", LargeBinary, nullable=False, doc="zstd of the canonical CSV; empty for a step back"),
)

table_rehearsal_requests = Table(
    "table_rehearsal_requests",
    metadata,
    Column("draft_id", Uuid, primary_key=True, doc="distribution column"),
    Column("rehearsal_id", Uuid, primary_key=True),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("first_day", Date, nullable=False, doc="of the stored assessments to rehearse on"),
    Column("last_day", Date, nullable=False),
    Column("sample", Integer, nullable=False, doc="most assessments to judge"),
    Index(None, "requested_at"),
)

table_rehearsals = Table(
    "table_rehearsals",
    metadata,
    Column("draft_id", Uuid, primary_key=True, doc="distribution column"),
    Column("rehearsal_id", Uuid, primary_key=True),
    Column("finished_at", DateTime(timezone=True), nullable=False),
    Column("book", LargeBinary, nullable=False, doc="SHA-256 of the rule book in force it was compared with"),
    Column("registers", LargeBinary, nullable=False, doc="SHA-256 of the roles and standings it was compared with"),
    Column("judged", Integer, nullable=False),
    Column("skipped", Integer, nullable=False, doc="assessments that could not be read or judged"),
    Column("released", Integer, nullable=False, doc="of those judged, released by the book in force"),
    Column("stopped", Integer, nullable=False, doc="of those released, not released with the draft"),
    Column("limit_ppm", BigInteger, nullable=False, doc="the share above which a draft is stopped"),
    Column("passed", Boolean, nullable=False),
    Column("report", LargeBinary, nullable=False, doc="zstd JSON: changes by kind and rule, examples, why it failed"),
    UniqueConstraint("draft_id", "rehearsal_id", "passed"),
    # The database computes it again: a rehearsal cannot claim to have passed with more than the set share.
    CheckConstraint("NOT passed OR stopped::bigint * 1000000 <= limit_ppm * released", name="share"),
)

table_draft_answers = Table(
    "table_draft_answers",
    metadata,
    Column("draft_id", Uuid, primary_key=True, doc="distribution column"),
    Column("proposed_by", Text, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    Column("verdict", SmallInteger, nullable=False, doc="1 approved, 2 rejected, 3 withdrawn"),
    Column("kind", SmallInteger, nullable=False, doc="of the draft: a step back needs no rehearsal"),
    Column("rehearsal_id", Uuid),
    Column("rehearsal_passed", Boolean),
    Column("note", Text, nullable=False),
    Column("made", LargeBinary, nullable=False, doc="JSON: the versions before and after, or what became of parties"),
    ForeignKeyConstraint(
        ["draft_id", "proposed_by", "kind"],
        ["table_drafts.draft_id", "table_drafts.proposed_by", "table_drafts.kind"],
        name="fk_table_draft_answers_draft",
    ),
    ForeignKeyConstraint(
        ["draft_id", "rehearsal_id", "rehearsal_passed"],
        ["table_rehearsals.draft_id", "table_rehearsals.rehearsal_id", "table_rehearsals.passed"],
        name="fk_table_draft_answers_rehearsal",
    ),
    CheckConstraint("verdict = 3 OR answered_by <> proposed_by", name="four_eyes"),
    CheckConstraint(
        "verdict <> 1 OR kind = 2 OR (rehearsal_id IS NOT NULL AND rehearsal_passed IS TRUE)",
        name="rehearsed",
    ),
)

sampling_commitments = Table(
    "sampling_commitments",
    metadata,
    Column("day", Date, primary_key=True, doc="distribution column; in Asia/Shanghai"),
    Column("commitment", Text, nullable=False, doc="SHA-256 of the day's secret, 64 hex digits"),
    Column("published_at", DateTime(timezone=True), nullable=False),
)

sampling_secrets = Table(
    "sampling_secrets",
    metadata,
    Column("day", Date, primary_key=True, doc="distribution column; in Asia/Shanghai"),
    Column("secret", LargeBinary, nullable=False),
    Column("revealed_at", DateTime(timezone=True), nullable=False),
)

audit_verifications = Table(
    "audit_verifications",
    metadata,
    Column("verification_id", Uuid, primary_key=True, doc="distribution column"),
    Column("asked_by", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=False),
    Column("lanes", Integer, nullable=False),
    Column("links", BigInteger, nullable=False),
    Column("evidence_rows", BigInteger, nullable=False),
    Column("findings", BigInteger, nullable=False),
    Column("report", LargeBinary, nullable=False, doc="zstd JSON: counts by kind, the first findings, exported heads"),
    Index(None, "finished_at"),
)
