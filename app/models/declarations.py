"""Heads: the one current row of each declaration, waybill and payment transaction, and the numbers they claimed.

These rows change; what they were made from is evidence (`evidence.py`) and does not. Amounts are 1/100,000 yuan.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from app.models.base import metadata

declarations = Table(
    "declarations",
    metadata,
    Column("declaration_id", Uuid, primary_key=True, doc="distribution column"),
    Column("buyer_index", Uuid, doc="identity of the buyer, as the latest assessment saw it; so the next two"),
    Column("telephone_index", BigInteger),
    Column("address_index", BigInteger),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("accepted_at", DateTime(timezone=True)),
    Column("deadline_at", DateTime(timezone=True)),
    Column("dutiable_value", BigInteger),
    Column("reserved_value", BigInteger),
    Column("sequence", Integer, nullable=False, doc="compare-and-set; also the event version of receivers"),
    Column("accepted_on", Date),
    Column("version", SmallInteger, nullable=False),
    Column("revision", SmallInteger, nullable=False, doc="number of assessments so far"),
    Column("transitions", SmallInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("outcome", SmallInteger),
    Column("platform_code", Text, nullable=False),
    Column("order_no", Text, nullable=False),
    Column("merchant_code", Text),
    Column("declarant_code", Text),
    Column("logistics_code", Text),
    Column("payment_company_code", Text),
    Column("waybill_no", Text),
    Column("customs_code", Text),
    Column("trade_mode", Text),
    Column("kept", LargeBinary, nullable=False, doc="what no statement looks for, packed: repositories.head_form"),
    # Pages go by (received_at, declaration_id), but an index that ends at received_at keeps equal entries only once.
    Index(None, "order_no", postgresql_using="hash"),
    Index(None, "waybill_no", postgresql_using="hash"),
    Index(None, "platform_code", "received_at"),
    Index(None, "merchant_code", "received_at"),
    Index(None, "declarant_code", "received_at"),
    Index(None, "logistics_code", "received_at"),
    Index(None, "payment_company_code", "received_at"),
    Index(None, "received_at"),
    # Nineteen of twenty are released at once and found by their time: only the others are listed.
    Index(None, "status", "received_at", postgresql_where="status <> 800"),
    Index("ix_declarations_deadline_at", "deadline_at", postgresql_where="deadline_at IS NOT NULL"),
    # Counters of the window: how many parcels of one buyer, how many buyers at one telephone or address.
    Index(None, "buyer_index", "accepted_on"),
    Index(None, "telephone_index", "accepted_on"),
    Index(None, "address_index", "accepted_on"),
)

waybills = Table(
    "waybills",
    metadata,
    Column("waybill_id", Uuid, primary_key=True, doc="distribution column"),
    Column("filing_subject", Uuid),
    Column("filing", Uuid),
    Column("sequence", Integer, nullable=False),
    Column("users", LargeBinary, nullable=False, doc="ids of declarations that ever named it, oldest first"),
    Column("stamp", LargeBinary),
)

payments = Table(
    "payments",
    metadata,
    Column("payment_id", Uuid, primary_key=True, doc="distribution column"),
    Column("sequence", Integer, nullable=False),
    Column("users", LargeBinary, nullable=False, doc="ids of declarations whose payment document names it"),
)

number_claims = Table(
    "number_claims",
    metadata,
    Column(
        "number",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        doc="distribution column; preNo and invtNo, see repositories.numbers",
    ),
    Column("declaration_id", Uuid, nullable=False),
)

number_blocks = Table(
    "number_blocks",
    metadata,
    Column("series", Text, primary_key=True, doc="distribution column"),
    Column("next", BigInteger, nullable=False),
)

item_prices = Table(
    "item_prices",
    metadata,
    Column(
        "item_index",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        doc="distribution column: hash of (platform, item no.)",
    ),
    Column(
        "place",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        doc="day of acceptance, declaration, line: repositories.counters.price_place",
    ),
    Column("price", BigInteger, nullable=False),
)
