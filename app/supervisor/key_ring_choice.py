"""Which key ring a start uses: made once beside an embedded database, never guessed for any other.

What belongs here: the decision to load, create or refuse. What does not: the file itself (`app.security.keyring`).
"""

from app.embedded.layout import Layout
from app.errors import KeyRingRefused
from app.security.keyring import KeyRing
from app.settings import Settings


def keyring_for(settings: Settings) -> KeyRing:
    """The key ring of this installation; makes it at the very first start in embedded mode."""
    path = settings.keyring_path
    if not settings.embedded or path.exists():
        return KeyRing.load(path)
    layout = Layout(settings.service.home)
    if layout.data.exists():
        raise KeyRingRefused(
            f"The database {layout.data} exists but its key ring {path} is gone. Restore the file from your backup: "
            f"without it the stored data cannot be read. To begin anew instead, move the whole {layout.home} away."
        )
    layout.prepare()
    return KeyRing.create(path)
