"""What officers keep beside the cases: saved views, snoozes, and who takes cases now.

What people wrote (names of views, words looked for, reasons) is sealed. Rows are ended, never taken away.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from app.models.base import metadata

queue_views = Table(
    "queue_views",
    metadata,
    Column("view_id", Uuid, primary_key=True, doc="distribution column"),
    Column("owner", Text, nullable=False, doc="party code of an officer"),
    Column("district", Text, doc="shared with the officers of this district; NULL: the owner's alone"),
    Column("content", LargeBinary, nullable=False, doc="name and filter, sealed"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("removed_at", DateTime(timezone=True)),
    Index("ix_queue_views_owner", "owner", postgresql_where="removed_at IS NULL"),
    Index("ix_queue_views_district", "district", postgresql_where="removed_at IS NULL AND district IS NOT NULL"),
)

snoozes = Table(
    "snoozes",
    metadata,
    Column("snooze_id", Uuid, primary_key=True, doc="distribution column"),
    Column("district", Text, nullable=False, doc="only its cases are hidden"),
    Column("kind", SmallInteger, nullable=False, doc="1 buyer, 2 article"),
    Column("tag", BigInteger, nullable=False, doc="keyed hash, as in cases.tags"),
    Column("declaration_id", Uuid, nullable=False, doc="the case it was made on"),
    Column("made_by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("reason", LargeBinary, nullable=False, doc="sealed"),
    Column("ended_at", DateTime(timezone=True), doc="ended before its time"),
    Column("ended_by", Text),
    CheckConstraint("ends_at > made_at AND ends_at <= made_at + interval '31 days'", name="expires"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
    Index("ix_snoozes_ends_at", "ends_at", postgresql_where="ended_at IS NULL"),
)

# Who takes cases: automatic assignment reads nothing else. An officer is seen with every page of the queues.
on_duty = Table(
    "on_duty",
    metadata,
    Column("officer", Text, primary_key=True, doc="distribution column; party code"),
    Column("name", Text, nullable=False),
    Column("districts", ARRAY(Text), nullable=False),
    Column("works", Boolean, nullable=False, doc="the roles allow to work on cases"),
    Column("takes", Boolean, nullable=False, doc="the switch: give me cases"),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)
