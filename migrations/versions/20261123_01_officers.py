"""Officers, their sessions and links to the console.

Revision ID: 20261123_01_officers
"""

from alembic import op

revision = "20261123_01_officers"
down_revision = "20261122_first_schema"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE officers (
        officer_code TEXT NOT NULL,
        name TEXT NOT NULL,
        duties TEXT[] NOT NULL,
        districts TEXT[] NOT NULL,
        state SMALLINT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        created_by TEXT NOT NULL,
        password_hash TEXT,
        password_at TIMESTAMP WITH TIME ZONE,
        totp BYTEA,
        totp_step BIGINT NOT NULL,
        CONSTRAINT pk_officers PRIMARY KEY (officer_code),
        CONSTRAINT ck_officers_one_spelling CHECK (officer_code = upper(officer_code))
    )
    """,
    """
    CREATE TABLE officer_logins (
        login TEXT NOT NULL,
        officer_code TEXT NOT NULL,
        CONSTRAINT pk_officer_logins PRIMARY KEY (login)
    )
    """,
    """
    CREATE INDEX ix_officer_logins_officer_code ON officer_logins (officer_code)
    """,
    """
    CREATE TABLE officer_subjects (
        subject TEXT NOT NULL,
        officer_code TEXT NOT NULL,
        CONSTRAINT pk_officer_subjects PRIMARY KEY (subject)
    )
    """,
    """
    CREATE INDEX ix_officer_subjects_officer_code ON officer_subjects (officer_code)
    """,
    """
    CREATE TABLE officer_sessions (
        session_hash BYTEA NOT NULL,
        officer_code TEXT NOT NULL,
        began_at TIMESTAMP WITH TIME ZONE NOT NULL,
        seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        door TEXT NOT NULL,
        CONSTRAINT pk_officer_sessions PRIMARY KEY (session_hash)
    )
    """,
    """
    CREATE INDEX ix_officer_sessions_ends_at ON officer_sessions (ends_at)
    """,
    """
    CREATE INDEX ix_officer_sessions_officer_code ON officer_sessions (officer_code)
    """,
    """
    CREATE TABLE officer_links (
        link_hash BYTEA NOT NULL,
        officer_code TEXT,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        made_by TEXT NOT NULL,
        ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE,
        totp BYTEA,
        CONSTRAINT pk_officer_links PRIMARY KEY (link_hash)
    )
    """,
    """
    CREATE INDEX ix_officer_links_officer_code ON officer_links (officer_code)
    """,
    """
    CREATE TABLE officer_recovery_codes (
        officer_code TEXT NOT NULL,
        code_hash BYTEA NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_officer_recovery_codes PRIMARY KEY (officer_code, code_hash)
    )
    """,
    """
    CREATE TABLE sign_in_failures (
        source BYTEA NOT NULL,
        failures INTEGER NOT NULL,
        last_at TIMESTAMP WITH TIME ZONE NOT NULL,
        closed_until TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_sign_in_failures PRIMARY KEY (source)
    )
    """,
    """
    CREATE TABLE openid_states (
        state_hash BYTEA NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_openid_states PRIMARY KEY (state_hash)
    )
    """,
)
TABLES = (
    "officers",
    "officer_logins",
    "officer_subjects",
    "officer_sessions",
    "officer_links",
    "officer_recovery_codes",
    "sign_in_failures",
    "openid_states",
)
CHANGING: tuple[str, ...] = TABLES  # the service's role may add, read and change
ADDED_ONLY: tuple[str, ...] = ()  # the service's role may add and read
# What is over is taken out; that it was is in the audit chain.
TIDIED = TABLES[1:]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in CHANGING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO tongguan_service")
    for table in ADDED_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO tongguan_service")
    for table in TIDIED:
        op.execute(f"GRANT DELETE ON {table} TO tongguan_service")


def downgrade() -> None:
    raise RuntimeError("officers' work is evidence and is not taken down; restore a backup instead")
