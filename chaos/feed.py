"""The feed as a receiver reads it: from cursor to cursor over every fault, and at the end once more as a whole."""

import http.client
import re
import urllib.parse
from collections import defaultdict
from typing import Final

import msgspec

from chaos.findings import Findings, Kind
from chaos.ledger import Acknowledged

_PAGE: Final = 500
_WHOLE: Final = re.compile(r"<copNo>([^<]*)</copNo>.*?<returnStatus>([^<]*)</returnStatus>", re.DOTALL)
_DECIDED: Final = {"released": "800", "held": "300", "inspection": "500", "refused": "100"}


class _Entry(msgspec.Struct):
    cursor: str
    message: str
    xml: str


class FeedReader:
    """Reads the receipts of one party and keeps, by declaration, which statuses came in which order."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key
        self._cursor: str | None = None
        self.statuses: dict[str, list[str]] = defaultdict(list)

    def read_on(self) -> None:
        """Everything behind the last cursor."""
        while page := self._page():
            for entry in page:
                if entry.message == "CEB622" and (found := _WHOLE.search(entry.xml)):
                    self.statuses[found[1]].append(found[2])
            self._cursor = page[-1].cursor

    def compare(self, acknowledged: dict[str, Acknowledged], found: Findings) -> None:
        """Each declaration was told of once: filed, checked, decided as it was acknowledged."""
        for answer in acknowledged.values():
            told = self.statuses.get(answer.parcel.internal_no, [])
            if told != ["2", "120", _DECIDED.get(answer.outcome, "")]:
                found.add(Kind.GAPS, f"the feed tells of {answer.parcel.internal_no} ({answer.outcome}) {told}")

    def _page(self) -> list[_Entry]:
        query = {"limit": str(_PAGE)} | ({"after": self._cursor} if self._cursor else {})
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {self._key}"}
            connection.request("GET", f"/v1/ceb/receipts?{urllib.parse.urlencode(query)}", headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise OSError(f"the feed answered {answer.status}: {content[:200]!r}")
        return msgspec.json.decode(content, type=list[_Entry])
