"""Officers and how they come in: names, roles, sessions, one-time links, failures to sign in.

Passwords, codes, links and names of sessions are kept as hashes; the secret of a time-based code is sealed. All of it
is small and is replicated, never distributed.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)

from app.models.base import metadata

officers = Table(
    "officers",
    metadata,
    Column("officer_code", Text, primary_key=True, doc="distribution column; the party code of the officer's keys"),
    Column("name", Text, nullable=False),
    Column("duties", ARRAY(Text), nullable=False, doc="domain.duties.Duty"),
    Column("districts", ARRAY(Text), nullable=False),
    Column("state", SmallInteger, nullable=False, doc="1 invited, 2 active, 3 locked"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("password_hash", Text, doc="argon2id"),
    Column("password_at", DateTime(timezone=True)),
    Column("totp", LargeBinary, doc="sealed; null until enrolled"),
    Column("totp_step", BigInteger, nullable=False, doc="the last one that was used: each code counts once"),
    # Of two spellings of one code each would be a person, and approve what the other proposed.
    CheckConstraint("officer_code = upper(officer_code)", name="one_spelling"),
)

# By what an officer comes in: a name typed at sign-in (in lower case), or who it is at the OpenID provider.
officer_logins = Table(
    "officer_logins",
    metadata,
    Column("login", Text, primary_key=True, doc="distribution column"),
    Column("officer_code", Text, nullable=False),
    Index(None, "officer_code"),
)

officer_subjects = Table(
    "officer_subjects",
    metadata,
    Column("subject", Text, primary_key=True, doc="distribution column"),
    Column("officer_code", Text, nullable=False),
    Index(None, "officer_code"),
)

officer_sessions = Table(
    "officer_sessions",
    metadata,
    Column("session_hash", LargeBinary, primary_key=True, doc="distribution column; SHA-256 of the name"),
    Column("officer_code", Text, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False, doc="whatever is done"),
    Column("ended_at", DateTime(timezone=True)),
    Column("door", Text, nullable=False, doc="password, openid"),
    Index(None, "officer_code"),
    Index(None, "ends_at"),
)

officer_links = Table(
    "officer_links",
    metadata,
    Column("link_hash", LargeBinary, primary_key=True, doc="distribution column; SHA-256 of the link's secret"),
    Column("officer_code", Text, doc="null: makes an administrator"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("totp", LargeBinary, doc="sealed: the secret that is being enrolled with this link"),
    Index(None, "officer_code"),
)

officer_recovery_codes = Table(
    "officer_recovery_codes",
    metadata,
    Column("officer_code", Text, primary_key=True, doc="distribution column"),
    Column("code_hash", LargeBinary, primary_key=True, doc="keyed"),
    Column("used_at", DateTime(timezone=True)),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("source", LargeBinary, primary_key=True, doc="distribution column; keyed hash of a login or an address"),
    Column("failures", Integer, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("closed_until", DateTime(timezone=True), nullable=False),
)

# States of the OpenID provider that came back with somebody it vouches for: each counts once.
openid_states = Table(
    "openid_states",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True, doc="distribution column; SHA-256 of the state"),
    Column("used_at", DateTime(timezone=True), nullable=False),
)
