"""Cases, their tallies, and proposals that need a second officer.

Revision ID: 20261123_02_cases
"""

from alembic import op

revision = "20261123_02_cases"
down_revision = "20261123_01_officers"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE cases (
        declaration_id UUID NOT NULL,
        queue SMALLINT NOT NULL,
        district TEXT NOT NULL,
        opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
        queued_at TIMESTAMP WITH TIME ZONE NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        escalated_at TIMESTAMP WITH TIME ZONE,
        closed_at TIMESTAMP WITH TIME ZONE,
        assignee TEXT,
        assigned_at TIMESTAMP WITH TIME ZONE,
        touched_at TIMESTAMP WITH TIME ZONE,
        version SMALLINT NOT NULL,
        weight SMALLINT NOT NULL,
        value BIGINT NOT NULL,
        platform_code TEXT NOT NULL,
        trade_mode TEXT NOT NULL,
        rules TEXT[] NOT NULL,
        tags BIGINT[] NOT NULL,
        noted BIGINT[] NOT NULL,
        CONSTRAINT pk_cases PRIMARY KEY (declaration_id)
    )
    """,
    """
    CREATE INDEX ix_cases_assignee ON cases (assignee, due_at) WHERE queue > 0 AND assignee IS NOT NULL
    """,
    """
    CREATE INDEX ix_cases_closed_tags ON cases USING gin (tags) WITH (gin_pending_list_limit = 256) WHERE queue = 0
    """,
    """
    CREATE INDEX ix_cases_district_queue_due ON cases (district, queue, due_at, declaration_id) WHERE queue > 0
    """,
    """
    CREATE INDEX ix_cases_free ON cases (district, queue, due_at, declaration_id) WHERE queue > 0 AND assignee IS NULL
    """,
    """
    CREATE INDEX ix_cases_opened ON cases (queue, opened_at) WHERE queue > 0
    """,
    """
    CREATE INDEX ix_cases_queue_due ON cases (queue, due_at, declaration_id) WHERE queue > 0
    """,
    """
    CREATE INDEX ix_cases_tags ON cases USING gin (tags) WITH (gin_pending_list_limit = 256) WHERE queue > 0
    """,
    """
    CREATE INDEX ix_cases_value ON cases (queue, value) WHERE queue > 0
    """,
    """
    CREATE TABLE case_tallies (
        lane INTEGER NOT NULL,
        queue SMALLINT NOT NULL,
        district TEXT NOT NULL,
        open BIGINT NOT NULL,
        CONSTRAINT pk_case_tallies PRIMARY KEY (lane, queue, district)
    )
     WITH (fillfactor = 70)
    """,
    """
    CREATE TABLE proposals (
        declaration_id UUID NOT NULL,
        proposal_id UUID NOT NULL,
        proposed_by TEXT NOT NULL,
        proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        lapses_at TIMESTAMP WITH TIME ZONE NOT NULL,
        district TEXT NOT NULL,
        act SMALLINT NOT NULL,
        to_status SMALLINT NOT NULL,
        size SMALLINT NOT NULL,
        version SMALLINT NOT NULL,
        after_number SMALLINT NOT NULL,
        reason BYTEA NOT NULL,
        actor TEXT NOT NULL,
        CONSTRAINT pk_proposals PRIMARY KEY (declaration_id, proposal_id),
        CONSTRAINT ck_proposals_size CHECK (size > 0),
        CONSTRAINT uq_proposals_exactly UNIQUE (
            declaration_id, proposal_id, proposed_by, lapses_at, act, to_status, version
        )
    )
    """,
    """
    CREATE INDEX ix_proposals_proposal_id ON proposals (proposal_id)
    """,
    """
    CREATE INDEX ix_proposals_lapses_at_proposal_id ON proposals (lapses_at, proposal_id)
    """,
    """
    CREATE TABLE proposal_answers (
        declaration_id UUID NOT NULL,
        proposal_id UUID NOT NULL,
        proposed_by TEXT NOT NULL,
        lapses_at TIMESTAMP WITH TIME ZONE NOT NULL,
        act SMALLINT NOT NULL,
        to_status SMALLINT NOT NULL,
        version SMALLINT NOT NULL,
        answered_by TEXT NOT NULL,
        answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
        verdict SMALLINT NOT NULL,
        approved UUID,
        note BYTEA,
        CONSTRAINT pk_proposal_answers PRIMARY KEY (declaration_id, proposal_id),
        CONSTRAINT ck_proposal_answers_four_eyes CHECK (
            verdict IN (1, 2, 3) AND (verdict = 3) = (answered_by = proposed_by)
        ),
        CONSTRAINT ck_proposal_answers_approved CHECK (
            (verdict = 1) = (approved IS NOT NULL) AND (approved IS NULL OR approved = proposal_id)
        ),
        CONSTRAINT ck_proposal_answers_in_time CHECK (verdict <> 1 OR answered_at <= lapses_at),
        CONSTRAINT uq_proposal_answers_approved UNIQUE (
            declaration_id, approved, proposed_by, answered_by, act, to_status, version
        ),
        CONSTRAINT fk_proposal_answers_proposals
            FOREIGN KEY (declaration_id, proposal_id, proposed_by, lapses_at, act, to_status, version)
            REFERENCES proposals (declaration_id, proposal_id, proposed_by, lapses_at, act, to_status, version)
    )
    """,
    """
    ALTER TABLE transitions
        ADD COLUMN proposal UUID,
        ADD COLUMN proposed_by TEXT,
        ADD COLUMN decided_by TEXT,
        ADD COLUMN decided_with SMALLINT,
        ADD CONSTRAINT ck_transitions_four_eyes CHECK (
            proposal IS NULL OR (proposed_by IS NOT NULL AND decided_by IS NOT NULL AND proposed_by <> decided_by)
        ),
        ADD CONSTRAINT ck_transitions_severe CHECK (
            proposal IS NOT NULL OR (act NOT IN (10, 13, 14, 17, 21) AND to_status NOT IN (501, 502, 503, 599, 700)
            AND from_status NOT IN (501, 502, 503, 599) AND (from_status <> 800 OR to_status = 899) AND (from_status <> 500 OR to_status <> 800 OR act = 8))
        ) NOT VALID,
        ADD CONSTRAINT ck_transitions_bulk CHECK (
            decided_with IS NULL OR decided_with <= 20 OR proposal IS NOT NULL
        ),
        ADD CONSTRAINT ck_transitions_decided CHECK (act < 8 OR act IN (19, 20) OR decided_by IS NOT NULL),
        ADD CONSTRAINT fk_transitions_approvals
            FOREIGN KEY (declaration_id, proposal, proposed_by, decided_by, act, to_status, version)
            REFERENCES proposal_answers (declaration_id, approved, proposed_by, answered_by, act, to_status, version)
    """,
    """
    CREATE INDEX ix_transitions_together ON transitions (decided_by, act, at)
        WHERE decided_with IS NOT NULL AND proposal IS NULL
    """,
    """
    CREATE UNIQUE INDEX uq_transitions_proposal ON transitions (declaration_id, proposal) WHERE proposal IS NOT NULL
    """,
)
CHANGING: tuple[str, ...] = ("cases", "case_tallies")  # the service's role may add, read and change
ADDED_ONLY: tuple[str, ...] = ("proposals", "proposal_answers")  # the service's role may add and read


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in CHANGING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO tongguan_service")
    for table in ADDED_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO tongguan_service")


def downgrade() -> None:
    raise RuntimeError("officers' work is evidence and is not taken down; restore a backup instead")
