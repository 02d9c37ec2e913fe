"""What stands after the business nodes of every filing: transfer, subscriptions, extension, signature."""

from typing import Final

from app.ceb.fields import code, identifier, kept_text, text
from app.ceb.messages.shape import Section

_NOTE = kept_text("note", "note", 1000)

TRANSFER: Final = Section(
    "BaseTransfer",
    (
        identifier("copCode", "company_code", 1, 18),
        text("copName", "company_name", 0, 100),
        code("dxpMode", "exchange_mode", 3),
        text("dxpId", "exchange_id", 0, 30),
        _NOTE,
    ),
)
SUBSCRIBE: Final = Section(
    "BaseSubscribe",
    (
        text("status", "status", 0, 100),
        code("dxpMode", "exchange_mode", 3),
        text("dxpAddress", "exchange_address", 0, 100),
        _NOTE,
    ),
)
SUBSCRIBES_AT_MOST: Final = 5
EXTENSION: Final = Section("ExtendMessage", (text("name", "name", 0, 30), text("version", "version", 0, 30)))
EXTENSION_BODY: Final = "Message"
