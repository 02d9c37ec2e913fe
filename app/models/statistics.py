"""Statistics: sums by day, gathered from the lanes behind the intake, and how far each lane was read.

Both follow from the evidence and can be made again from it (`tongguan statistics rebuild`). Nothing personal is here.
"""

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, PrimaryKeyConstraint, SmallInteger, Table, Text

from app.models.base import metadata

statistics = Table(
    "statistics",
    metadata,
    Column("day", Date, nullable=False, doc="in Asia/Shanghai"),
    Column("measure", SmallInteger, nullable=False, doc="domain.measures.Measure"),
    Column("district", Text, nullable=False, doc="distribution column; four digits; empty: unknown; *: all of them"),
    Column("name", Text, nullable=False, doc="what was counted: a status, a rule, a party; the measure says which"),
    Column("part", Text, nullable=False, doc="the measure's second word, or empty"),
    Column("amount", BigInteger, nullable=False),
    # By district first: a page reads the days of some districts, or those of the row of all.
    PrimaryKeyConstraint("district", "day", "measure", "name", "part"),
    postgresql_with={"fillfactor": "70"},
)

# The row of lane 0 is no lane's but the lock: who changes it gathers. It says when all lanes were last read up.
statistics_places = Table(
    "statistics_places",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False, doc="distribution column"),
    Column("position", BigInteger, nullable=False, doc="the last link that is in the sums"),
    Column(
        "at", DateTime(timezone=True), doc="when that link was written; of lane 0: when all lanes were last read up"
    ),
    postgresql_with={"fillfactor": "70"},
)
