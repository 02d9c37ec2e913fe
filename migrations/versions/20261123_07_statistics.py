"""Statistics, gathered from the lanes behind the intake.

Revision ID: 20261123_07_statistics
"""

from alembic import op

revision = "20261123_07_statistics"
down_revision = "20261123_06_table_drafts"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE statistics (
        day DATE NOT NULL,
        measure SMALLINT NOT NULL,
        district TEXT NOT NULL,
        name TEXT NOT NULL,
        part TEXT NOT NULL,
        amount BIGINT NOT NULL,
        CONSTRAINT pk_statistics PRIMARY KEY (district, day, measure, name, part)
    )
     WITH (fillfactor = 70)
    """,
    """
    CREATE TABLE statistics_places (
        lane INTEGER NOT NULL,
        position BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_statistics_places PRIMARY KEY (lane)
    )
     WITH (fillfactor = 70)
    """,
    "INSERT INTO statistics_places (lane, position) VALUES (0, 0)",
    # Derived, not evidence: a rebuild takes the sums away and makes them again.
    "GRANT DELETE ON statistics, statistics_places TO tongguan_service",
)
CHANGING: tuple[str, ...] = ("statistics", "statistics_places")  # the service's role may add, read and change
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
