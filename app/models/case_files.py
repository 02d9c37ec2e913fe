"""Case files: what is put to a declaration beside its documents. Evidence: added and read, never changed.

What people wrote or sent is sealed under the key of the declaration's filing, so that shredding that key takes it too.
"""

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, SmallInteger, Table, Text, Uuid

from app.models.base import metadata

case_entries = Table(
    "case_entries",
    metadata,
    Column("declaration_id", Uuid, primary_key=True, doc="distribution column"),
    Column("entry_id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", SmallInteger, nullable=False, doc="domain.case_entries.EntryKind"),
    Column("version", SmallInteger, nullable=False, doc="of the declaration"),
    Column("actor", Text, nullable=False, doc="party code: an officer, or the site whose equipment reports"),
    Column("filing", Uuid, nullable=False, doc="under whose key it is sealed"),
    Column("sealed", LargeBinary, nullable=False, doc="what was said, in JSON"),
    Index(None, "declaration_id", "at"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("declaration_id", Uuid, primary_key=True, doc="distribution column"),
    Column("attachment_id", Uuid, primary_key=True, doc="of content, kind and request: the same twice is one"),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", SmallInteger, nullable=False, doc="domain.case_entries.PaperKind"),
    Column("version", SmallInteger, nullable=False, doc="of the declaration"),
    Column("actor", Text, nullable=False, doc="party code of who sent it"),
    Column("request_id", Uuid, doc="the entry that asked for it"),
    Column("media_type", Text, nullable=False, doc="as the bytes say"),
    Column("size", BigInteger, nullable=False, doc="bytes"),
    Column("sha256", LargeBinary, nullable=False, doc="of the content"),
    Column("filing", Uuid, nullable=False, doc="under whose key it is sealed"),
    Column("name", LargeBinary, nullable=False, doc="sealed"),
    Column("body", LargeBinary, nullable=False, doc="sealed"),
)
