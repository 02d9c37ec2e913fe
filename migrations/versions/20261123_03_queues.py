"""Saved views and snoozes of the queues, and who takes cases.

Revision ID: 20261123_03_queues
"""

from alembic import op

revision = "20261123_03_queues"
down_revision = "20261123_02_cases"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE queue_views (
        view_id UUID NOT NULL,
        owner TEXT NOT NULL,
        district TEXT,
        content BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        removed_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_queue_views PRIMARY KEY (view_id)
    )
    """,
    """
    CREATE INDEX ix_queue_views_district ON queue_views (district) WHERE removed_at IS NULL AND district IS NOT NULL
    """,
    """
    CREATE INDEX ix_queue_views_owner ON queue_views (owner) WHERE removed_at IS NULL
    """,
    """
    CREATE TABLE snoozes (
        snooze_id UUID NOT NULL,
        district TEXT NOT NULL,
        kind SMALLINT NOT NULL,
        tag BIGINT NOT NULL,
        declaration_id UUID NOT NULL,
        made_by TEXT NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
        reason BYTEA NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        ended_by TEXT,
        CONSTRAINT pk_snoozes PRIMARY KEY (snooze_id),
        CONSTRAINT ck_snoozes_expires CHECK (ends_at > made_at AND ends_at <= made_at + interval '31 days'),
        CONSTRAINT ck_snoozes_ended_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL))
    )
    """,
    """
    CREATE INDEX ix_snoozes_ends_at ON snoozes (ends_at) WHERE ended_at IS NULL
    """,
    """
    CREATE TABLE on_duty (
        officer TEXT NOT NULL,
        name TEXT NOT NULL,
        districts TEXT[] NOT NULL,
        works BOOLEAN NOT NULL,
        takes BOOLEAN NOT NULL,
        seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_on_duty PRIMARY KEY (officer)
    )
    """,
)
CHANGING: tuple[str, ...] = ("queue_views", "snoozes", "on_duty")  # the service's role may add, read and change
ADDED_ONLY: tuple[str, ...] = ()  # the service's role may add and read


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in CHANGING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO tongguan_service")
    for table in ADDED_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO tongguan_service")


def downgrade() -> None:
    raise RuntimeError("officers' work is evidence and is not taken down; restore a backup instead")
