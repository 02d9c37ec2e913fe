"""Registers: parties, keys, mandates, reference tables, and what the machinery itself keeps (lanes, balances).

All of them are small or slim; the service role may update the ones it has to.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from app.models.base import metadata

parties = Table(
    "parties",
    metadata,
    Column("party_code", Text, primary_key=True, doc="distribution column"),
    Column("name", Text, nullable=False),
    Column("district", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

party_roles = Table(
    "party_roles",
    metadata,
    Column("party_code", Text, primary_key=True, doc="distribution column"),
    Column("role", Text, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date),
)

party_standings = Table(
    "party_standings",
    metadata,
    Column("party_code", Text, primary_key=True, doc="distribution column"),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date),
    Column("suspended", Boolean, nullable=False),
    Column("credit_class", Text),
    Column("reason", Text),
)

mandates = Table(
    "mandates",
    metadata,
    Column("grantor_code", Text, primary_key=True, doc="distribution column"),
    Column("holder_code", Text, primary_key=True),
    Column("document_kind", SmallInteger, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True, doc="distribution column; SHA-256 of the key"),
    Column("key_id", Text, nullable=False),
    Column("party_code", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("districts", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)

reference_versions = Table(
    "reference_versions",
    metadata,
    Column("table_name", Text, primary_key=True, doc="distribution column"),
    Column("version", Integer, primary_key=True),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("official", Boolean, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False, doc="zstd of the canonical CSV"),
    Column("replaced", Integer, doc="in force when it came; null: none, or it is older than this column"),
)

reference_current = Table(
    "reference_current",
    metadata,
    Column("table_name", Text, primary_key=True, doc="distribution column"),
    Column("version", Integer, nullable=False),
)

reference_epoch = Table(
    "reference_epoch",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, doc="distribution column; always 1"),
    Column("epoch", BigInteger, nullable=False, doc="raised by every change of a register"),
)

rule_books = Table(
    "rule_books",
    metadata,
    Column("book", LargeBinary, primary_key=True, doc="distribution column; SHA-256"),
    Column("first_used_at", DateTime(timezone=True), nullable=False),
    Column("manifest", LargeBinary, nullable=False, doc="zstd JSON: rules with versions, table versions"),
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("subject_id", Uuid, primary_key=True, doc="distribution column"),
    Column("filing_id", Uuid, primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False, doc="of the sealed document; month too"),
    Column("month", Date, nullable=False),
    Column("master", SmallInteger, nullable=False, doc="which master key wraps it"),
    Column("wrapped", LargeBinary, nullable=False),
)

limit_balances = Table(
    "limit_balances",
    metadata,
    Column("buyer_index", Uuid, primary_key=True, doc="distribution column"),
    Column("year", SmallInteger, primary_key=True),
    Column("used", BigInteger, nullable=False, doc="reserved and spent, 1/100,000 yuan"),
    Column("confirmed", BigInteger, nullable=False, doc="the part of it that was released"),
    postgresql_with={"fillfactor": "90"},
)

lane_names = Table(
    "lane_names",
    metadata,
    Column("name", Text, primary_key=True, doc="distribution column"),
    Column("lane", Integer, nullable=False),
)

lanes = Table(
    "lanes",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False, doc="distribution column"),
    Column("epoch", BigInteger, nullable=False, doc="raised when the lane is taken: fences the former writer"),
    Column("position", BigInteger, nullable=False),
    Column("clock", BigInteger, nullable=False),
    Column("head", LargeBinary, nullable=False),
    postgresql_with={"fillfactor": "50"},
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("party_code", Text, primary_key=True, doc="distribution column"),
    Column("key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("lane", Integer, nullable=False, doc="of the worker that answers; a raised epoch frees the key"),
    Column("epoch", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("status", SmallInteger),
    Column("sealed", LargeBinary, doc="the answer's bytes"),
    Index(None, "created_at"),
)
