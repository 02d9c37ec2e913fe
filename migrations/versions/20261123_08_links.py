"""The links of one declaration are found without reading whole months: a Bloom filter of each 64 pages.

Revision ID: 20261123_08_links
"""

from alembic import op

revision = "20261123_08_links"
down_revision = "20261123_07_statistics"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Made over what is stored in about a second for two million links; writers of links wait for so long."""
    op.execute("""
    CREATE INDEX ix_events_declaration_id ON events
    USING brin (declaration_id uuid_bloom_ops (n_distinct_per_range=2048, false_positive_rate=0.01))
    WITH (pages_per_range = 64, autosummarize = on)
    """)


def downgrade() -> None:
    """The way back."""
    op.execute("DROP INDEX ix_events_declaration_id")
