"""Cases: a declaration on an officer's desk, one row each while it is there and afterwards; and proposals.

A case is placed in the same transaction that moves its declaration (`repositories.cases`). Nothing personal is in the
clear: words are kept as keyed hashes. Amounts are 1/100,000 yuan.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
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

OPEN = "queue > 0"
CLOSED = "queue = 0"
# Every search reads the entries that were not sorted in yet: kB of them.
SHORT_LIST = {"gin_pending_list_limit": "256"}

cases = Table(
    "cases",
    metadata,
    Column("declaration_id", Uuid, primary_key=True, doc="distribution column"),
    Column("queue", SmallInteger, nullable=False, doc="domain.queues.Queue; 0: closed"),
    Column("district", Text, nullable=False, doc="customs office, four digits"),
    Column("opened_at", DateTime(timezone=True), nullable=False, doc="when it came to the officers, of this version"),
    Column("queued_at", DateTime(timezone=True), nullable=False, doc="when it came into this queue"),
    Column("due_at", DateTime(timezone=True), nullable=False, doc="SLA of the queue; of documents asked for: theirs"),
    Column("escalated_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("assignee", Text, doc="party code of an officer"),
    Column("assigned_at", DateTime(timezone=True)),
    Column("touched_at", DateTime(timezone=True), doc="last act of the assignee: after silence it is released"),
    Column("version", SmallInteger, nullable=False, doc="of the declaration"),
    Column("weight", SmallInteger, nullable=False, doc="workload: parameter per declaration and per further item"),
    Column("value", BigInteger, nullable=False, doc="dutiable value; 0 while unknown"),
    Column("platform_code", Text, nullable=False),
    Column("trade_mode", Text, nullable=False),
    Column("rules", ARRAY(Text), nullable=False, doc="ids of the findings, most severe first"),
    # Keyed hashes of everything that queues are narrowed by besides the columns: rule, commodity code, platform, trade
    # mode, words of goods names and notes, buyer, telephone, address, article (`security.tags`).
    Column("tags", ARRAY(BigInteger), nullable=False),
    Column("noted", ARRAY(BigInteger), nullable=False, doc="those of `tags` that come from notes: they are kept"),
    Index("ix_cases_queue_due", "queue", "due_at", "declaration_id", postgresql_where=OPEN),
    Index("ix_cases_district_queue_due", "district", "queue", "due_at", "declaration_id", postgresql_where=OPEN),
    Index("ix_cases_assignee", "assignee", "due_at", postgresql_where=f"{OPEN} AND assignee IS NOT NULL"),
    Index("ix_cases_value", "queue", "value", postgresql_where=OPEN),
    Index("ix_cases_opened", "queue", "opened_at", postgresql_where=OPEN),
    # What nobody has taken, most urgent first: "next case" and automatic assignment read a few entries of it.
    Index(
        "ix_cases_free",
        "district",
        "queue",
        "due_at",
        "declaration_id",
        postgresql_where=f"{OPEN} AND assignee IS NULL",
    ),
    # A row is in one of the two: queues never read through the closed ones, whose number only grows.
    Index("ix_cases_tags", "tags", postgresql_using="gin", postgresql_where=OPEN, postgresql_with=SHORT_LIST),
    Index("ix_cases_closed_tags", "tags", postgresql_using="gin", postgresql_where=CLOSED, postgresql_with=SHORT_LIST),
)

# How many cases are open, without counting them: each lane adds and takes away in rows of its own, so none waits.
case_tallies = Table(
    "case_tallies",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False, doc="distribution column"),
    Column("queue", SmallInteger, primary_key=True, autoincrement=False),
    Column("district", Text, primary_key=True),
    Column("open", BigInteger, nullable=False, doc="may be negative in one lane; the sum over the lanes is not"),
    postgresql_with={"fillfactor": "70"},
)

# Written once and never changed: who proposed what. The transition that follows names it (`transitions.proposal`).
proposals = Table(
    "proposals",
    metadata,
    Column("declaration_id", Uuid, primary_key=True, doc="distribution column"),
    Column("proposal_id", Uuid, primary_key=True, doc="the same for all declarations of a bulk decision"),
    Column("proposed_by", Text, nullable=False, doc="the person: party code of an officer"),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("lapses_at", DateTime(timezone=True), nullable=False, doc="not answered until then, it is void"),
    Column("district", Text, nullable=False),
    Column("act", SmallInteger, nullable=False),
    Column("to_status", SmallInteger, nullable=False),
    Column("size", SmallInteger, nullable=False, doc="how many declarations the proposal is about"),
    Column("version", SmallInteger, nullable=False),
    Column("after_number", SmallInteger, nullable=False, doc="of the declaration's latest transition"),
    Column("reason", LargeBinary, nullable=False, doc="sealed"),
    Column("actor", Text, nullable=False, doc="person and key"),
    CheckConstraint("size > 0", name="size"),
    UniqueConstraint(
        "declaration_id",
        "proposal_id",
        "proposed_by",
        "lapses_at",
        "act",
        "to_status",
        "version",
        name="uq_proposals_exactly",
    ),
    Index(None, "proposal_id"),
    Index(None, "lapses_at", "proposal_id"),
)

# An answer repeats what was proposed, so that its keys tie it to the proposal, and a transition to the approval.
proposal_answers = Table(
    "proposal_answers",
    metadata,
    Column("declaration_id", Uuid, primary_key=True, doc="distribution column"),
    Column("proposal_id", Uuid, primary_key=True),
    Column("proposed_by", Text, nullable=False),
    Column("lapses_at", DateTime(timezone=True), nullable=False),
    Column("act", SmallInteger, nullable=False),
    Column("to_status", SmallInteger, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    Column("verdict", SmallInteger, nullable=False, doc="1 approved, 2 rejected, 3 withdrawn"),
    Column("approved", Uuid, doc="the proposal, where it was approved: only that can a transition name"),
    Column("note", LargeBinary, doc="sealed"),
    # Who proposed withdraws, and nobody else; who did not approves or rejects.
    CheckConstraint("verdict IN (1, 2, 3) AND (verdict = 3) = (answered_by = proposed_by)", name="four_eyes"),
    CheckConstraint(
        "(verdict = 1) = (approved IS NOT NULL) AND (approved IS NULL OR approved = proposal_id)", name="approved"
    ),
    CheckConstraint("verdict <> 1 OR answered_at <= lapses_at", name="in_time"),
    UniqueConstraint(
        "declaration_id",
        "approved",
        "proposed_by",
        "answered_by",
        "act",
        "to_status",
        "version",
        name="uq_proposal_answers_approved",
    ),
    ForeignKeyConstraint(
        ["declaration_id", "proposal_id", "proposed_by", "lapses_at", "act", "to_status", "version"],
        [
            "proposals.declaration_id",
            "proposals.proposal_id",
            "proposals.proposed_by",
            "proposals.lapses_at",
            "proposals.act",
            "proposals.to_status",
            "proposals.version",
        ],
        name="fk_proposal_answers_proposals",
    ),
)
