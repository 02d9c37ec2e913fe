"""The first schema: heads, evidence, registers.

Its form is final where it is expensive to change: encryption, two roles, lanes, claim tables, stored facts, partitions
by month (architecture, "Storage"). Months are added by `app.migrations`, not here.

Revision ID: 20261122_first_schema
"""

from alembic import op

revision = "20261122_first_schema"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE api_keys (
        key_hash BYTEA NOT NULL,
        key_id TEXT NOT NULL,
        party_code TEXT NOT NULL,
        role TEXT NOT NULL,
        name TEXT NOT NULL,
        districts TEXT[] NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revoked_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_api_keys PRIMARY KEY (key_hash)
    )
    """,
    """
    CREATE TABLE assessments (
        month DATE NOT NULL,
        assessed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        declaration_id UUID NOT NULL,
        revision SMALLINT NOT NULL,
        version SMALLINT NOT NULL,
        outcome SMALLINT NOT NULL,
        accepted_on DATE NOT NULL,
        order_filing UUID,
        payment_filing UUID,
        waybill_subject UUID,
        waybill_filing UUID,
        declaration_filing UUID NOT NULL,
        book BYTEA NOT NULL,
        sealed BYTEA NOT NULL,
        CONSTRAINT pk_assessments PRIMARY KEY (month, assessed_at, declaration_id, revision)
    )
     PARTITION BY RANGE (month)
    """,
    """
    CREATE TABLE data_keys (
        subject_id UUID NOT NULL,
        filing_id UUID NOT NULL,
        received_at TIMESTAMP WITH TIME ZONE NOT NULL,
        month DATE NOT NULL,
        master SMALLINT NOT NULL,
        wrapped BYTEA NOT NULL,
        CONSTRAINT pk_data_keys PRIMARY KEY (subject_id, filing_id)
    )
    """,
    """
    CREATE TABLE declarations (
        declaration_id UUID NOT NULL,
        buyer_index UUID,
        telephone_index BIGINT,
        address_index BIGINT,
        received_at TIMESTAMP WITH TIME ZONE NOT NULL,
        accepted_at TIMESTAMP WITH TIME ZONE,
        deadline_at TIMESTAMP WITH TIME ZONE,
        dutiable_value BIGINT,
        reserved_value BIGINT,
        sequence INTEGER NOT NULL,
        accepted_on DATE,
        version SMALLINT NOT NULL,
        revision SMALLINT NOT NULL,
        transitions SMALLINT NOT NULL,
        status SMALLINT NOT NULL,
        outcome SMALLINT,
        platform_code TEXT NOT NULL,
        order_no TEXT NOT NULL,
        merchant_code TEXT,
        declarant_code TEXT,
        logistics_code TEXT,
        payment_company_code TEXT,
        waybill_no TEXT,
        customs_code TEXT,
        trade_mode TEXT,
        kept BYTEA NOT NULL,
        CONSTRAINT pk_declarations PRIMARY KEY (declaration_id)
    )
    """,
    """
    CREATE INDEX ix_declarations_address_index_accepted_on ON declarations (address_index, accepted_on)
    """,
    """
    CREATE INDEX ix_declarations_buyer_index_accepted_on ON declarations (buyer_index, accepted_on)
    """,
    """
    CREATE INDEX ix_declarations_deadline_at ON declarations (deadline_at) WHERE deadline_at IS NOT NULL
    """,
    """
    CREATE INDEX ix_declarations_declarant_code_received_at ON declarations (declarant_code, received_at)
    """,
    """
    CREATE INDEX ix_declarations_logistics_code_received_at ON declarations (logistics_code, received_at)
    """,
    """
    CREATE INDEX ix_declarations_merchant_code_received_at ON declarations (merchant_code, received_at)
    """,
    """
    CREATE INDEX ix_declarations_order_no ON declarations USING hash (order_no)
    """,
    """
    CREATE INDEX ix_declarations_payment_company_code_received_at ON declarations (payment_company_code, received_at)
    """,
    """
    CREATE INDEX ix_declarations_platform_code_received_at ON declarations (platform_code, received_at)
    """,
    """
    CREATE INDEX ix_declarations_received_at ON declarations (received_at)
    """,
    """
    CREATE INDEX ix_declarations_status_received_at ON declarations (status, received_at)
    WHERE status <> 800
    """,
    """
    CREATE INDEX ix_declarations_telephone_index_accepted_on ON declarations (telephone_index, accepted_on)
    """,
    """
    CREATE INDEX ix_declarations_waybill_no ON declarations USING hash (waybill_no)
    """,
    """
    CREATE TABLE deliveries (
        party_code TEXT NOT NULL,
        lane INTEGER NOT NULL,
        last_position BIGINT NOT NULL,
        month DATE NOT NULL,
        first_position BIGINT NOT NULL,
        offsets SMALLINT[] NOT NULL,
        CONSTRAINT pk_deliveries PRIMARY KEY (party_code, lane, last_position, month)
    )
     PARTITION BY RANGE (month)
    """,
    """
    CREATE TABLE documents (
        month DATE NOT NULL,
        received_at TIMESTAMP WITH TIME ZONE NOT NULL,
        subject_id UUID NOT NULL,
        filing_id UUID NOT NULL,
        door SMALLINT NOT NULL,
        kinds SMALLINT NOT NULL,
        filed_at TEXT NOT NULL,
        sender_code TEXT NOT NULL,
        sealed BYTEA NOT NULL,
        CONSTRAINT pk_documents PRIMARY KEY (month, received_at, subject_id, filing_id)
    )
     PARTITION BY RANGE (month)
    """,
    """
    CREATE TABLE events (
        month DATE NOT NULL,
        lane INTEGER NOT NULL,
        position BIGINT NOT NULL,
        clock BIGINT NOT NULL,
        declaration_id UUID,
        sequence INTEGER,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        payload BYTEA NOT NULL,
        chain BYTEA NOT NULL,
        CONSTRAINT pk_events PRIMARY KEY (month, lane, position)
    )
     PARTITION BY RANGE (month)
    """,
    """
    CREATE TABLE idempotency_keys (
        party_code TEXT NOT NULL,
        key TEXT NOT NULL,
        request_hash BYTEA NOT NULL,
        lane INTEGER NOT NULL,
        epoch BIGINT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        status SMALLINT,
        sealed BYTEA,
        CONSTRAINT pk_idempotency_keys PRIMARY KEY (party_code, key)
    )
    """,
    """
    CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at)
    """,
    """
    CREATE TABLE item_prices (
        item_index BIGINT NOT NULL,
        place BIGINT NOT NULL,
        price BIGINT NOT NULL,
        CONSTRAINT pk_item_prices PRIMARY KEY (item_index, place)
    )
    """,
    """
    CREATE TABLE lane_names (
        name TEXT NOT NULL,
        lane INTEGER NOT NULL,
        CONSTRAINT pk_lane_names PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE lanes (
        lane INTEGER NOT NULL,
        epoch BIGINT NOT NULL,
        position BIGINT NOT NULL,
        clock BIGINT NOT NULL,
        head BYTEA NOT NULL,
        CONSTRAINT pk_lanes PRIMARY KEY (lane)
    )
     WITH (fillfactor = 50)
    """,
    """
    CREATE TABLE limit_balances (
        buyer_index UUID NOT NULL,
        year SMALLINT NOT NULL,
        used BIGINT NOT NULL,
        confirmed BIGINT NOT NULL,
        CONSTRAINT pk_limit_balances PRIMARY KEY (buyer_index, year)
    )
     WITH (fillfactor = 90)
    """,
    """
    CREATE TABLE limit_ledger (
        buyer_index UUID NOT NULL,
        year SMALLINT NOT NULL,
        declaration_id UUID NOT NULL,
        version SMALLINT NOT NULL,
        entry SMALLINT NOT NULL,
        amount BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_limit_ledger PRIMARY KEY (buyer_index, year, declaration_id, version, entry)
    )
    """,
    """
    CREATE TABLE mandates (
        grantor_code TEXT NOT NULL,
        holder_code TEXT NOT NULL,
        document_kind SMALLINT NOT NULL,
        first_day DATE NOT NULL,
        last_day DATE,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        recorded_by TEXT NOT NULL,
        CONSTRAINT pk_mandates PRIMARY KEY (grantor_code, holder_code, document_kind, first_day)
    )
    """,
    """
    CREATE TABLE number_blocks (
        series TEXT NOT NULL,
        next BIGINT NOT NULL,
        CONSTRAINT pk_number_blocks PRIMARY KEY (series)
    )
    """,
    """
    CREATE TABLE number_claims (
        number BIGINT NOT NULL,
        declaration_id UUID NOT NULL,
        CONSTRAINT pk_number_claims PRIMARY KEY (number)
    )
    """,
    """
    CREATE TABLE parties (
        party_code TEXT NOT NULL,
        name TEXT NOT NULL,
        district TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_parties PRIMARY KEY (party_code)
    )
    """,
    """
    CREATE TABLE party_roles (
        party_code TEXT NOT NULL,
        role TEXT NOT NULL,
        first_day DATE NOT NULL,
        last_day DATE,
        CONSTRAINT pk_party_roles PRIMARY KEY (party_code, role, first_day)
    )
    """,
    """
    CREATE TABLE party_standings (
        party_code TEXT NOT NULL,
        first_day DATE NOT NULL,
        last_day DATE,
        suspended BOOLEAN NOT NULL,
        credit_class TEXT,
        reason TEXT,
        CONSTRAINT pk_party_standings PRIMARY KEY (party_code, first_day)
    )
    """,
    """
    CREATE TABLE payments (
        payment_id UUID NOT NULL,
        sequence INTEGER NOT NULL,
        users BYTEA NOT NULL,
        CONSTRAINT pk_payments PRIMARY KEY (payment_id)
    )
    """,
    """
    CREATE TABLE reference_current (
        table_name TEXT NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_reference_current PRIMARY KEY (table_name)
    )
    """,
    """
    CREATE TABLE reference_epoch (
        id SMALLINT NOT NULL,
        epoch BIGINT NOT NULL,
        CONSTRAINT pk_reference_epoch PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE reference_versions (
        table_name TEXT NOT NULL,
        version INTEGER NOT NULL,
        imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
        imported_by TEXT NOT NULL,
        official BOOLEAN NOT NULL,
        complete BOOLEAN NOT NULL,
        row_count INTEGER NOT NULL,
        sha256 BYTEA NOT NULL,
        content BYTEA NOT NULL,
        CONSTRAINT pk_reference_versions PRIMARY KEY (table_name, version)
    )
    """,
    """
    CREATE TABLE rule_books (
        book BYTEA NOT NULL,
        first_used_at TIMESTAMP WITH TIME ZONE NOT NULL,
        manifest BYTEA NOT NULL,
        CONSTRAINT pk_rule_books PRIMARY KEY (book)
    )
    """,
    """
    CREATE TABLE signed_messages (
        month DATE NOT NULL,
        message_id UUID NOT NULL,
        received_at TIMESTAMP WITH TIME ZONE NOT NULL,
        sender_code TEXT NOT NULL,
        sealed BYTEA NOT NULL,
        CONSTRAINT pk_signed_messages PRIMARY KEY (month, message_id)
    )
     PARTITION BY RANGE (month)
    """,
    """
    CREATE TABLE transitions (
        declaration_id UUID NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        month DATE NOT NULL,
        number SMALLINT NOT NULL,
        version SMALLINT NOT NULL,
        revision SMALLINT,
        from_status SMALLINT NOT NULL,
        to_status SMALLINT NOT NULL,
        act SMALLINT NOT NULL,
        actor TEXT,
        reason BYTEA,
        CONSTRAINT pk_transitions PRIMARY KEY (declaration_id, number)
    )
    """,
    """
    CREATE TABLE waybills (
        waybill_id UUID NOT NULL,
        filing_subject UUID,
        filing UUID,
        sequence INTEGER NOT NULL,
        users BYTEA NOT NULL,
        stamp BYTEA,
        CONSTRAINT pk_waybills PRIMARY KEY (waybill_id)
    )
    """,
)

PARTITIONED = ("assessments", "deliveries", "documents", "events", "signed_messages")
EVIDENCE = (*PARTITIONED, "limit_ledger", "transitions")
CHANGING = (
    "api_keys",
    "declarations",
    "idempotency_keys",
    "lane_names",
    "lanes",
    "limit_balances",
    "mandates",
    "number_blocks",
    "parties",
    "party_roles",
    "party_standings",
    "payments",
    "reference_current",
    "reference_epoch",
    "waybills",
)
ADDED_ONLY = ("item_prices", "number_claims", "reference_versions", "rule_books")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in PARTITIONED:
        # Whatever no month takes still has a home: intake never fails for want of a partition.
        op.execute(f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT")
    op.execute("INSERT INTO reference_epoch (id, epoch) VALUES (1, 1)")
    _grant()


def downgrade() -> None:
    raise RuntimeError("the first schema holds evidence and is not taken down; restore a backup instead")


def _grant() -> None:
    """The service role may add to evidence and read it; it may change only what has to change.

    Not even an owner's later GRANT by mistake widens this for tables it does not own (architecture, "Storage").
    """
    op.execute("GRANT USAGE ON SCHEMA public TO tongguan_service")
    for table in (*EVIDENCE, *ADDED_ONLY):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO tongguan_service")
    for table in CHANGING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO tongguan_service")
    op.execute("GRANT DELETE ON idempotency_keys TO tongguan_service")
    # Rotation rewraps and shredding deletes: the only table in which either happens.
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON data_keys TO tongguan_service")
