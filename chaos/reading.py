"""What an answer says: acknowledged for good, or to be sent again."""

from decimal import Decimal
from http import HTTPStatus
from typing import Final

import msgspec

from app.ceb.receipt_reading import read_receipts
from app.ceb.receipts import InventoryReturn
from chaos.filings import BATCH_PATH, SINGLE_PATH, Parcel, Request
from chaos.ledger import Acknowledged

_STORED: Final = (HTTPStatus.OK, HTTPStatus.CREATED)
_DECIDED: Final = {"800": "released", "300": "held", "500": "inspection", "100": "refused"}


class Unsettled(Exception):
    """Not answered for good; `spent` where the same key would only be answered with the same again."""

    def __init__(self, what: str, *, spent: bool = False) -> None:
        super().__init__(what)
        self.spent = spent


class _Declaration(msgspec.Struct):
    declaration_id: str
    version: int
    order_no: str
    outcome: str | None = None
    dutiable_value_cny: Decimal | None = None
    pre_no: str | None = None
    declaration_no: str | None = None


class _Problem(msgspec.Struct):
    code: str
    detail: str = ""


class _Result(msgspec.Struct):
    status: int
    body: _Declaration | None = None
    problem: _Problem | None = None


class _Batch(msgspec.Struct):
    results: list[_Result]


def acknowledgements(request: Request, status: int, content: bytes) -> list[Acknowledged]:
    """What was acknowledged of each parcel; Unsettled where something has to be sent again."""
    if status not in _STORED:
        raise _problem(status, content)
    if request.path == SINGLE_PATH:
        return [_declared(request.parcels[0], msgspec.json.decode(content, type=_Declaration))]
    if request.path == BATCH_PATH:
        results = msgspec.json.decode(content, type=_Batch).results
        return [_of_batch(parcel, result) for parcel, result in zip(request.parcels, results, strict=True)]
    return _of_message(request, content)


def is_kept(request: Request, content: bytes) -> bool:
    """Whether an answer below 500 is one that its key is answered with again.

    Not one of which a part is to be sent again. Of a message with a negative receipt it is not known which it is.
    """
    if request.path == BATCH_PATH:
        results = msgspec.json.decode(content, type=_Batch).results
        return all(result.status < HTTPStatus.INTERNAL_SERVER_ERROR for result in results)
    if request.path == SINGLE_PATH:
        return True
    return not any(receipt.return_status.startswith("-") for receipt in read_receipts(content).receipts)


def _problem(status: int, content: bytes) -> Unsettled:
    try:
        problem = msgspec.json.decode(content, type=_Problem)
    except msgspec.MsgspecError:
        return Unsettled(f"{status} without a problem {content[:80]!r}")
    return Unsettled(f"{status} {problem.code}", spent=problem.code == "document_rejected")


def _of_batch(parcel: Parcel, result: _Result) -> Acknowledged:
    if result.status not in _STORED or result.body is None:
        code = result.problem.code if result.problem else "nothing"
        raise Unsettled(f"{result.status} {code} within a batch", spent=True)
    return _declared(parcel, result.body)


def _declared(parcel: Parcel, said: _Declaration) -> Acknowledged:
    if said.order_no != parcel.order_no:
        raise Unsettled("the answer is about another order")
    return Acknowledged(
        parcel=parcel,
        outcome=said.outcome or "none",
        declaration_id=said.declaration_id,
        value_cny=said.dutiable_value_cny,
        version=said.version,
        pre_no=said.pre_no,
        declaration_no=said.declaration_no,
    )


def _of_message(request: Request, content: bytes) -> list[Acknowledged]:
    receipts = read_receipts(content).receipts
    negative = [receipt.return_status for receipt in receipts if receipt.return_status.startswith("-")]
    if negative or len(receipts) != len(request.parcels):
        raise Unsettled(f"{negative[:1]} within a message", spent=True)
    if not request.deciding:
        return []
    return [_received(parcel, receipt) for parcel, receipt in zip(request.parcels, receipts, strict=True)]


def _received(parcel: Parcel, receipt: object) -> Acknowledged:
    if not isinstance(receipt, InventoryReturn) or receipt.internal_no != parcel.internal_no:
        raise Unsettled("the receipt is about another declaration")
    outcome = _DECIDED.get(receipt.return_status, f"status {receipt.return_status}")
    return Acknowledged(parcel=parcel, outcome=outcome, pre_no=receipt.pre_no, declaration_no=receipt.declaration_no)
