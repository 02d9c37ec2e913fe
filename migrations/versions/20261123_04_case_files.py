"""What is put to a case: entries (notes, unmaskings, requests, reports of a site) and attachments.

Revision ID: 20261123_04_case_files
"""

from alembic import op

revision = "20261123_04_case_files"
down_revision = "20261123_03_queues"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE case_entries (
        declaration_id UUID NOT NULL,
        entry_id UUID NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        kind SMALLINT NOT NULL,
        version SMALLINT NOT NULL,
        actor TEXT NOT NULL,
        filing UUID NOT NULL,
        sealed BYTEA NOT NULL,
        CONSTRAINT pk_case_entries PRIMARY KEY (declaration_id, entry_id)
    )
    """,
    """
    CREATE INDEX ix_case_entries_declaration_id_at ON case_entries (declaration_id, at)
    """,
    """
    CREATE TABLE attachments (
        declaration_id UUID NOT NULL,
        attachment_id UUID NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        kind SMALLINT NOT NULL,
        version SMALLINT NOT NULL,
        actor TEXT NOT NULL,
        request_id UUID,
        media_type TEXT NOT NULL,
        size BIGINT NOT NULL,
        sha256 BYTEA NOT NULL,
        filing UUID NOT NULL,
        name BYTEA NOT NULL,
        body BYTEA NOT NULL,
        CONSTRAINT pk_attachments PRIMARY KEY (declaration_id, attachment_id)
    )
    """,
    # Ciphertext does not get smaller: do not try.
    "ALTER TABLE attachments ALTER COLUMN body SET STORAGE EXTERNAL",
)
CHANGING: tuple[str, ...] = ()  # the service's role may add, read and change
ADDED_ONLY: tuple[str, ...] = ("case_entries", "attachments")  # the service's role may add and read


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in CHANGING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO tongguan_service")
    for table in ADDED_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO tongguan_service")


def downgrade() -> None:
    raise RuntimeError("officers' work is evidence and is not taken down; restore a backup instead")
