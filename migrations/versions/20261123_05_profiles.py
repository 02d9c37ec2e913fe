"""Risk profiles, their versions, approvals and hits.

Revision ID: 20261123_05_profiles
"""

from alembic import op

revision = "20261123_05_profiles"
down_revision = "20261123_04_case_files"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE profile_versions (
        profile_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        based_on INTEGER,
        authors TEXT[] NOT NULL,
        drafted_by TEXT NOT NULL,
        drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
        definition BYTEA NOT NULL,
        CONSTRAINT pk_profile_versions PRIMARY KEY (profile_id, version),
        CONSTRAINT ck_profile_versions_author CHECK (drafted_by = ANY (authors)),
        CONSTRAINT uq_profile_versions_authors UNIQUE (profile_id, version, authors)
    )
    """,
    """
    CREATE TABLE profile_steps (
        profile_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        number INTEGER NOT NULL,
        state SMALLINT NOT NULL,
        by TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        note TEXT NOT NULL,
        CONSTRAINT pk_profile_steps PRIMARY KEY (profile_id, version, number)
    )
    """,
    """
    CREATE TABLE profile_proposals (
        profile_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        step INTEGER NOT NULL,
        proposed_by TEXT NOT NULL,
        proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        retires BOOLEAN NOT NULL,
        CONSTRAINT pk_profile_proposals PRIMARY KEY (profile_id, version, step),
        CONSTRAINT uq_profile_proposals_proposer UNIQUE (profile_id, version, step, proposed_by, retires),
        CONSTRAINT fk_profile_proposals_version FOREIGN KEY(profile_id, version)
            REFERENCES profile_versions (profile_id, version)
    )
    """,
    """
    CREATE TABLE profile_approvals (
        profile_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        step INTEGER NOT NULL,
        authors TEXT[] NOT NULL,
        proposed_by TEXT NOT NULL,
        approved_by TEXT NOT NULL,
        approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
        retires BOOLEAN NOT NULL,
        replaced INTEGER,
        CONSTRAINT pk_profile_approvals PRIMARY KEY (profile_id, version, step),
        CONSTRAINT uq_profile_approvals_retires UNIQUE (profile_id, version, step, retires),
        CONSTRAINT ck_profile_approvals_four_eyes CHECK (approved_by <> proposed_by AND approved_by <> ALL (authors)),
        CONSTRAINT fk_profile_approvals_authors FOREIGN KEY(profile_id, version, authors)
            REFERENCES profile_versions (profile_id, version, authors),
        CONSTRAINT fk_profile_approvals_proposer FOREIGN KEY(profile_id, version, step, proposed_by, retires)
            REFERENCES profile_proposals (profile_id, version, step, proposed_by, retires)
    )
    """,
    """
    CREATE TABLE profile_current (
        profile_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        step INTEGER NOT NULL,
        retires BOOLEAN NOT NULL,
        changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_profile_current PRIMARY KEY (profile_id),
        CONSTRAINT fk_profile_current_approval FOREIGN KEY(profile_id, version, step, retires)
            REFERENCES profile_approvals (profile_id, version, step, retires)
    )
    """,
    """
    CREATE TABLE profile_rehearsals (
        profile_id TEXT NOT NULL,
        rehearsal_id UUID NOT NULL,
        version INTEGER NOT NULL,
        asked_by TEXT NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        first_day DATE NOT NULL,
        last_day DATE NOT NULL,
        sample INTEGER NOT NULL,
        progress BYTEA NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_profile_rehearsals PRIMARY KEY (profile_id, rehearsal_id)
    )
    """,
    """
    CREATE INDEX ix_profile_rehearsals_asked_at ON profile_rehearsals (asked_at) WHERE finished_at IS NULL
    """,
    """
    CREATE TABLE profile_hits (
        profile_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        shadow BOOLEAN NOT NULL,
        declaration_id UUID NOT NULL,
        revision SMALLINT NOT NULL,
        day DATE NOT NULL,
        certain BOOLEAN NOT NULL,
        outcome SMALLINT NOT NULL,
        district TEXT NOT NULL,
        CONSTRAINT pk_profile_hits PRIMARY KEY (profile_id, version, shadow, declaration_id, revision)
    )
    """,
    """
    CREATE INDEX ix_profile_hits_profile_id_day ON profile_hits (profile_id, day)
    """,
    """
    CREATE TABLE profile_places (
        lane INTEGER NOT NULL,
        position BIGINT NOT NULL,
        CONSTRAINT pk_profile_places PRIMARY KEY (lane)
    )
     WITH (fillfactor = 70)
    """,
    """
    CREATE TABLE profile_shadows (
        profile_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        day DATE NOT NULL,
        assessed BIGINT NOT NULL,
        CONSTRAINT pk_profile_shadows PRIMARY KEY (profile_id, version, day)
    )
    """,
)
CHANGING: tuple[str, ...] = ("profile_current", "profile_rehearsals", "profile_places", "profile_shadows")
ADDED_ONLY: tuple[str, ...] = (
    "profile_versions",
    "profile_steps",
    "profile_proposals",
    "profile_approvals",
    "profile_hits",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in CHANGING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO tongguan_service")
    for table in ADDED_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO tongguan_service")


def downgrade() -> None:
    raise RuntimeError("officers' work is evidence and is not taken down; restore a backup instead")
