"""Drafts of tables, rehearsed and approved before they count; what a version replaced; published draws; verifications.

Revision ID: 20261123_06_table_drafts
"""

from alembic import op

revision = "20261123_06_table_drafts"
down_revision = "20261123_05_profiles"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE table_drafts (
        draft_id UUID NOT NULL,
        proposed_by TEXT NOT NULL,
        proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        kind SMALLINT NOT NULL,
        subject TEXT NOT NULL,
        file_name TEXT NOT NULL,
        file_sha256 BYTEA NOT NULL,
        first_day DATE,
        complete BOOLEAN NOT NULL,
        keep_earlier BOOLEAN NOT NULL,
        note TEXT NOT NULL,
        CONSTRAINT pk_table_drafts PRIMARY KEY (draft_id, proposed_by, kind),
        CONSTRAINT ck_table_drafts_kind CHECK (kind IN (1, 2))
    )
    """,
    """
    CREATE INDEX ix_table_drafts_proposed_at_draft_id ON table_drafts (proposed_at, draft_id)
    """,
    """
    CREATE TABLE table_draft_parts (
        draft_id UUID NOT NULL,
        table_name TEXT NOT NULL,
        row_count INTEGER NOT NULL,
        sha256 BYTEA NOT NULL,
        to_version INTEGER,
        content BYTEA NOT NULL,
        CONSTRAINT pk_table_draft_parts PRIMARY KEY (draft_id, table_name)
    )
    """,
    """
    CREATE TABLE table_rehearsal_requests (
        draft_id UUID NOT NULL,
        rehearsal_id UUID NOT NULL,
        requested_by TEXT NOT NULL,
        requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
        first_day DATE NOT NULL,
        last_day DATE NOT NULL,
        sample INTEGER NOT NULL,
        CONSTRAINT pk_table_rehearsal_requests PRIMARY KEY (draft_id, rehearsal_id)
    )
    """,
    """
    CREATE INDEX ix_table_rehearsal_requests_requested_at ON table_rehearsal_requests (requested_at)
    """,
    """
    CREATE TABLE table_rehearsals (
        draft_id UUID NOT NULL,
        rehearsal_id UUID NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE NOT NULL,
        book BYTEA NOT NULL,
        registers BYTEA NOT NULL,
        judged INTEGER NOT NULL,
        skipped INTEGER NOT NULL,
        released INTEGER NOT NULL,
        stopped INTEGER NOT NULL,
        limit_ppm BIGINT NOT NULL,
        passed BOOLEAN NOT NULL,
        report BYTEA NOT NULL,
        CONSTRAINT pk_table_rehearsals PRIMARY KEY (draft_id, rehearsal_id),
        CONSTRAINT uq_table_rehearsals_draft_id_rehearsal_id_passed UNIQUE (draft_id, rehearsal_id, passed),
        CONSTRAINT ck_table_rehearsals_share CHECK (NOT passed OR stopped::bigint * 1000000 <= limit_ppm * released)
    )
    """,
    """
    CREATE TABLE table_draft_answers (
        draft_id UUID NOT NULL,
        proposed_by TEXT NOT NULL,
        answered_by TEXT NOT NULL,
        answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
        verdict SMALLINT NOT NULL,
        kind SMALLINT NOT NULL,
        rehearsal_id UUID,
        rehearsal_passed BOOLEAN,
        note TEXT NOT NULL,
        made BYTEA NOT NULL,
        CONSTRAINT pk_table_draft_answers PRIMARY KEY (draft_id),
        CONSTRAINT fk_table_draft_answers_draft FOREIGN KEY(draft_id, proposed_by, kind) REFERENCES table_drafts (draft_id, proposed_by, kind),
        CONSTRAINT fk_table_draft_answers_rehearsal FOREIGN KEY(draft_id, rehearsal_id, rehearsal_passed) REFERENCES table_rehearsals (draft_id, rehearsal_id, passed),
        CONSTRAINT ck_table_draft_answers_four_eyes CHECK (verdict = 3 OR answered_by <> proposed_by),
        CONSTRAINT ck_table_draft_answers_rehearsed CHECK (verdict <> 1 OR kind = 2 OR (rehearsal_id IS NOT NULL AND rehearsal_passed IS TRUE))
    )
    """,
    """
    ALTER TABLE reference_versions ADD COLUMN replaced INTEGER
    """,
    """
    CREATE TABLE sampling_commitments (
        day DATE NOT NULL,
        commitment TEXT NOT NULL,
        published_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_sampling_commitments PRIMARY KEY (day)
    )
    """,
    """
    CREATE TABLE sampling_secrets (
        day DATE NOT NULL,
        secret BYTEA NOT NULL,
        revealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_sampling_secrets PRIMARY KEY (day)
    )
    """,
    """
    CREATE TABLE audit_verifications (
        verification_id UUID NOT NULL,
        asked_by TEXT NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE NOT NULL,
        lanes INTEGER NOT NULL,
        links BIGINT NOT NULL,
        evidence_rows BIGINT NOT NULL,
        findings BIGINT NOT NULL,
        report BYTEA NOT NULL,
        CONSTRAINT pk_audit_verifications PRIMARY KEY (verification_id)
    )
    """,
    """
    CREATE INDEX ix_audit_verifications_finished_at ON audit_verifications (finished_at)
    """,
)
CHANGING: tuple[str, ...] = ()  # the service's role may add, read and change
ADDED_ONLY: tuple[str, ...] = (  # the service's role may add and read
    "table_drafts",
    "table_draft_parts",
    "table_rehearsal_requests",
    "table_rehearsals",
    "table_draft_answers",
    "sampling_commitments",
    "sampling_secrets",
    "audit_verifications",
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
