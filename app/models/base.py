"""The metadata that every table hangs on, and the column types that recur.

The tables are described with SQLAlchemy Core and no ORM classes: the hot path writes arrays of values, never one
object a row (architecture, "The hot path"). Every primary key and unique constraint contains the column the table
would be distributed by, named in its comment.
"""

from sqlalchemy import MetaData

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING_CONVENTION)
