"""Risk profiles, their versions, approvals and hits.

Revision ID: 20261123_05_profiles
"""

from alembic import op

revision = "20261123_05_profiles"
down_revision = "20261123_04_case_files"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = ()
CHANGING: tuple[str, ...] = ()  # the service's role may add, read and change
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
