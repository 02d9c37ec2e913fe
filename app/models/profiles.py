"""Risk profiles: their versions and what became of them, who approved, which are in force, what they hit.

A version, its steps, its proposal and its approval are written once. What counts is pointed to by `profile_current`,
and only what was approved can be: that a version counts, or that it ends. Nothing personal is in the clear: lists of
people are blind indexes.
"""

from sqlalchemy import (
    ARRAY,
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

profile_versions = Table(
    "profile_versions",
    metadata,
    Column("profile_id", Text, primary_key=True, doc="distribution column; PRF-0001"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("based_on", Integer, doc="the version that was edited"),
    Column("authors", ARRAY(Text), nullable=False, doc="everybody who edited it since the last approved version"),
    Column("drafted_by", Text, nullable=False, doc="the person: party code of an officer"),
    Column("drafted_at", DateTime(timezone=True), nullable=False),
    Column("definition", LargeBinary, nullable=False, doc="canonical JSON: rules.profiles.definition"),
    CheckConstraint("drafted_by = ANY (authors)", name="author"),
    UniqueConstraint("profile_id", "version", "authors", name="uq_profile_versions_authors"),
)

profile_steps = Table(
    "profile_steps",
    metadata,
    Column("profile_id", Text, primary_key=True, doc="distribution column"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False, doc="the highest one says how it stands"),
    Column("state", SmallInteger, nullable=False, doc="domain.profile_states.ProfileState"),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False, doc="in the clear: no identity number"),
)

profile_proposals = Table(
    "profile_proposals",
    metadata,
    Column("profile_id", Text, primary_key=True, doc="distribution column"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False, doc="that proposes it; a later one: to step back"),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("retires", Boolean, nullable=False, doc="that it ends; else that it counts"),
    UniqueConstraint("profile_id", "version", "step", "proposed_by", "retires", name="uq_profile_proposals_proposer"),
    ForeignKeyConstraint(
        ["profile_id", "version"],
        ["profile_versions.profile_id", "profile_versions.version"],
        name="fk_profile_proposals_version",
    ),
)

# Four eyes: who approves neither proposed it nor wrote any of it. The keys make that true of what is on record.
profile_approvals = Table(
    "profile_approvals",
    metadata,
    Column("profile_id", Text, primary_key=True, doc="distribution column"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False, doc="of the proposal"),
    Column("authors", ARRAY(Text), nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", DateTime(timezone=True), nullable=False),
    Column("retires", Boolean, nullable=False),
    Column("replaced", Integer, doc="the version that was the last to count then"),
    UniqueConstraint("profile_id", "version", "step", "retires", name="uq_profile_approvals_retires"),
    CheckConstraint("approved_by <> proposed_by AND approved_by <> ALL (authors)", name="four_eyes"),
    ForeignKeyConstraint(
        ["profile_id", "version", "authors"],
        ["profile_versions.profile_id", "profile_versions.version", "profile_versions.authors"],
        name="fk_profile_approvals_authors",
    ),
    ForeignKeyConstraint(
        ["profile_id", "version", "step", "proposed_by", "retires"],
        [
            "profile_proposals.profile_id",
            "profile_proposals.version",
            "profile_proposals.step",
            "profile_proposals.proposed_by",
            "profile_proposals.retires",
        ],
        name="fk_profile_approvals_proposer",
    ),
)

profile_current = Table(
    "profile_current",
    metadata,
    Column("profile_id", Text, primary_key=True, doc="distribution column"),
    Column("version", Integer, nullable=False, doc="in force on its days; or the last that was, where it retires"),
    Column("step", Integer, nullable=False, doc="of the proposal whose approval put it in force, or ended it"),
    Column("retires", Boolean, nullable=False, doc="nothing is in force"),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(
        ["profile_id", "version", "step", "retires"],
        [
            "profile_approvals.profile_id",
            "profile_approvals.version",
            "profile_approvals.step",
            "profile_approvals.retires",
        ],
        name="fk_profile_current_approval",
    ),
)

profile_rehearsals = Table(
    "profile_rehearsals",
    metadata,
    Column("profile_id", Text, primary_key=True, doc="distribution column"),
    Column("rehearsal_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("sample", Integer, nullable=False, doc="how many assessments may be looked at"),
    Column("progress", LargeBinary, nullable=False, doc="JSON: where it stands and what was found so far"),
    Column("finished_at", DateTime(timezone=True)),
    Index("ix_profile_rehearsals_asked_at", "asked_at", postgresql_where="finished_at IS NULL"),
)

# What a profile hit, or would have hit in its shadow: once for each assessment.
profile_hits = Table(
    "profile_hits",
    metadata,
    Column("profile_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("shadow", Boolean, primary_key=True),
    Column("declaration_id", Uuid, primary_key=True, doc="distribution column"),
    Column("revision", SmallInteger, primary_key=True),
    Column("day", Date, nullable=False, doc="of acceptance"),
    Column("certain", Boolean, nullable=False, doc="false: something it reads was unknown"),
    Column("outcome", SmallInteger, nullable=False, doc="of the assessment"),
    Column("district", Text, nullable=False),
    Index(None, "profile_id", "day"),
)

# How far the follower of hits has come in each lane.
profile_places = Table(
    "profile_places",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False, doc="distribution column"),
    Column("position", BigInteger, nullable=False),
    postgresql_with={"fillfactor": "70"},
)

profile_shadows = Table(
    "profile_shadows",
    metadata,
    Column("profile_id", Text, primary_key=True, doc="distribution column"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("assessed", BigInteger, nullable=False, doc="how many assessments of the day it was asked about"),
)
