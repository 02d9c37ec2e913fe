"""Evidence: what happened, written once. The service role may insert and read these tables, nothing else.

Bodies are partitioned by the month they were received, so that old months can be dropped without a long lock; what is
unique for ever (`transitions`, `limit_ledger`) is not. Sealed columns are AES-GCM under a key of `data_keys`.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from app.models.base import metadata

# The keys of documents and assessments begin with their time: new entries stand together at the end of the index, where
# names that are hashes would touch a page each (and write it whole into the log once after every checkpoint). That a
# filing or a revision is there once for ever is what `data_keys` and `transitions` hold; they say the time, too.
documents = Table(
    "documents",
    metadata,
    Column("month", Date, primary_key=True),
    Column("received_at", DateTime(timezone=True), primary_key=True),
    Column("subject_id", Uuid, primary_key=True, doc="distribution column"),
    Column("filing_id", Uuid, primary_key=True),
    Column("door", SmallInteger, nullable=False),
    Column("kinds", SmallInteger, nullable=False, doc="bit n for document kind n"),
    Column("filed_at", Text, nullable=False, doc="the time we gave a document that came without one"),
    Column("sender_code", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False, doc="the bytes received"),
    postgresql_partition_by="RANGE (month)",
)

signed_messages = Table(
    "signed_messages",
    metadata,
    Column("month", Date, primary_key=True),
    Column("message_id", Uuid, primary_key=True, doc="distribution column"),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("sender_code", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False, doc="the whole message, kept because it carries a signature"),
    postgresql_partition_by="RANGE (month)",
)

assessments = Table(
    "assessments",
    metadata,
    Column("month", Date, primary_key=True),
    Column("assessed_at", DateTime(timezone=True), primary_key=True, doc="of the filing that completed it"),
    Column("declaration_id", Uuid, primary_key=True, doc="distribution column"),
    Column("revision", SmallInteger, primary_key=True),
    Column("version", SmallInteger, nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("accepted_on", Date, nullable=False),
    Column("order_filing", Uuid, doc="null: it came with the declaration, in one filing"),
    Column("payment_filing", Uuid, doc="as order_filing"),
    Column("waybill_subject", Uuid, doc="as order_filing"),
    Column("waybill_filing", Uuid, doc="as order_filing"),
    Column("declaration_filing", Uuid, nullable=False),
    Column("book", LargeBinary, nullable=False, doc="SHA-256 of the rule book"),
    Column("sealed", LargeBinary, nullable=False, doc="facts and assessment in canonical JSON"),
    postgresql_partition_by="RANGE (month)",
)

transitions = Table(
    "transitions",
    metadata,
    Column("declaration_id", Uuid, primary_key=True, doc="distribution column"),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("month", Date, nullable=False, doc="of the assessment"),
    # Its number is the head's next: two assessments of one revision would both be it, so this key keeps them apart.
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("version", SmallInteger, nullable=False),
    Column("revision", SmallInteger, doc="of the assessment that moved it; null for other acts"),
    Column("from_status", SmallInteger, nullable=False),
    Column("to_status", SmallInteger, nullable=False),
    Column("act", SmallInteger, nullable=False, doc="domain.lifecycle.ACT_NUMBERS"),
    Column("actor", Text, doc="null: the sender of the document that was filed at that instant"),
    Column("reason", LargeBinary, doc="sealed"),
    Column("proposal", Uuid, doc="what a second officer approved"),
    Column("proposed_by", Text, doc="the person"),
    Column("decided_by", Text, doc="the person: party code of an officer"),
    Column("decided_with", SmallInteger, doc="how many declarations were decided on at once; null: this one alone"),
    # Four eyes, whatever the service does: severe acts (domain.lifecycle.SEVERE) and bulk above what one officer may
    # decide (rules.officers_work.MOST_ALONE) name a proposal of another person that who decides approved, for exactly
    # this.
    CheckConstraint(
        "proposal IS NULL OR (proposed_by IS NOT NULL AND decided_by IS NOT NULL AND proposed_by <> decided_by)",
        name="four_eyes",
    ),
    # By what it does too, whatever it is called: into detention or out of it, abroad, back from a release (closing
    # apart), and out of an inspection by anything but "conforms". Not of what was done before it was so.
    CheckConstraint(
        "proposal IS NOT NULL OR (act NOT IN (10, 13, 14, 17, 21) AND to_status NOT IN (501, 502, 503, 599, 700) "
        "AND from_status NOT IN (501, 502, 503, 599) AND (from_status <> 800 OR to_status = 899) "
        "AND (from_status <> 500 OR to_status <> 800 OR act = 8))",
        name="severe",
        postgresql_not_valid=True,
    ),
    CheckConstraint("decided_with IS NULL OR decided_with <= 20 OR proposal IS NOT NULL", name="bulk"),
    CheckConstraint("act < 8 OR act IN (19, 20) OR decided_by IS NOT NULL", name="decided"),
    # The answer it refers to says "approved", and refers to the proposal in its turn (`models.cases`).
    ForeignKeyConstraint(
        ["declaration_id", "proposal", "proposed_by", "decided_by", "act", "to_status", "version"],
        [
            "proposal_answers.declaration_id",
            "proposal_answers.approved",
            "proposal_answers.proposed_by",
            "proposal_answers.answered_by",
            "proposal_answers.act",
            "proposal_answers.to_status",
            "proposal_answers.version",
        ],
        name="fk_transitions_approvals",
    ),
    # What one officer decided on with others of late: nothing that a filing adds is in it.
    Index(
        "ix_transitions_together",
        "decided_by",
        "act",
        "at",
        postgresql_where="decided_with IS NOT NULL AND proposal IS NULL",
    ),
    # A proposal is carried out once.
    Index(
        "uq_transitions_proposal", "declaration_id", "proposal", unique=True, postgresql_where="proposal IS NOT NULL"
    ),
)

limit_ledger = Table(
    "limit_ledger",
    metadata,
    Column("buyer_index", Uuid, primary_key=True, doc="distribution column"),
    Column("year", SmallInteger, primary_key=True),
    Column("declaration_id", Uuid, primary_key=True),
    Column("version", SmallInteger, primary_key=True),
    Column(
        "entry",
        SmallInteger,
        primary_key=True,
        doc="repositories.limits.Entry, +10 a correction",
    ),
    Column("amount", BigInteger, nullable=False, doc="1/100,000 yuan, always positive"),
    Column("at", DateTime(timezone=True), nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("month", Date, primary_key=True),
    Column("lane", Integer, primary_key=True, doc="distribution column"),
    Column("position", BigInteger, primary_key=True),
    Column("clock", BigInteger, nullable=False),
    Column("declaration_id", Uuid),
    Column("sequence", Integer, doc="1, 2, 3 … of the declaration's events; null: it changed no declaration"),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False, doc="SHA-256 over the previous link and this row"),
    # For the audit view: of each 64 pages a Bloom filter of the declarations in them, made when they are full. A link
    # costs nothing more when it is written (100,000 in 560 ms without, in 590 with it), and of 2,000,000 those of one
    # declaration are found in 4 ms instead of 290.
    Index(
        "ix_events_declaration_id",
        "declaration_id",
        postgresql_using="brin",
        postgresql_ops={"declaration_id": "uuid_bloom_ops (n_distinct_per_range=2048, false_positive_rate=0.01)"},
        postgresql_with={"pages_per_range": "64", "autosummarize": "on"},
    ),
    postgresql_partition_by="RANGE (month)",
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("party_code", Text, primary_key=True, doc="distribution column"),
    Column("lane", Integer, primary_key=True),
    Column("last_position", BigInteger, primary_key=True, doc="of the links of one unit of work"),
    Column("month", Date, primary_key=True),
    Column("first_position", BigInteger, nullable=False),
    Column("offsets", ARRAY(SmallInteger), nullable=False, doc="of each link for the party, from the first"),
    postgresql_partition_by="RANGE (month)",
)
