"""Examples of what the addresses of cases take and answer, made by the code that answers."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from app.domain.case_entries import PaperKind, Reported
from app.domain.comparison import Cell, Comparison, ItemLines, Line
from app.domain.lifecycle import Act, Status
from app.domain.period import SHANGHAI
from app.domain.queues import Queue
from app.languages import Language
from app.rules.kernel import Text
from app.schemas.case_file_answers import attachment_answer, case_answer, report_answer, request_answer, timeline_answer
from app.schemas.case_file_shapes import NoteAnswer
from app.schemas.example_answers import REFUSED_VIEW
from app.services.filings import Caller
from app.services.office.case_file.shapes import (
    AnnualLimit,
    Attachment,
    CaseHead,
    CasePage,
    DocumentRequest,
    History,
    HistoryDay,
    Moment,
    PriceDay,
    Prices,
    SiteReport,
)

_AT: Final = datetime(2024, 6, 18, 10, 5, tzinfo=SHANGHAI)
_OFFICER: Final = Caller(key_id="k1", party_code="OFFICER1", role="officer", name="关员", districts=("22",))
_ACTOR: Final = "officer:OFFICER1:k1"
_REQUEST: Final = UUID("6a1c2b3d-4e5f-4071-8293-a4b5c6d7e8f9")
_PAPER: Final = UUID("0b8f6f0e-7c39-5d6e-9a51-6d1f6a2b3c4d")

NOTE: Final[dict[str, Any]] = {"text": "已电话联系电商企业"}
UNMASK: Final[dict[str, Any]] = {"reason": "电话核对收货人"}
DOCUMENT_REQUEST: Final[dict[str, Any]] = {
    "kinds": ["invoice", "payment_proof"],
    "until": "2024-06-20T18:00:00+08:00",
    "text": "请补充发票和支付证明",
}
REPORT: Final[dict[str, Any]] = {
    "kind": "xray",
    "report_no": "XR-20240618-0001",
    "verdict": "suspicious",
    "taken_at": "2024-06-18T09:58:00+08:00",
    "measured": [{"name": "gross_weight_kg", "value": "1.92"}],
    "text": "左上角有阴影",
}
_ATTACHMENT: Final = Attachment(
    attachment_id=_PAPER,
    at=_AT,
    kind=PaperKind.INVOICE,
    actor="declarant:3101980D01:k2",
    request_id=_REQUEST,
    media_type="application/pdf",
    size=48213,
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    name="发票.pdf",
)
_ASKED: Final = DocumentRequest(
    request_id=_REQUEST,
    at=_AT,
    actor=_ACTOR,
    version=1,
    kinds=(PaperKind.INVOICE, PaperKind.PAYMENT_PROOF),
    missing=(PaperKind.PAYMENT_PROOF,),
    until=_AT + timedelta(days=2),
    text="请补充发票和支付证明",
)
_REPORTED: Final = SiteReport(
    report_id=UUID("7b2d3c4e-5f60-5182-93a4-b5c6d7e8f90a"),
    at=_AT,
    actor="site:3122460S01:k3",
    report=Reported(
        "xray", "XR-20240618-0001", "suspicious", {"gross_weight_kg": Decimal("1.92")}, _AT, "左上角有阴影"
    ),
)
_PAGE: Final = CasePage(
    view=REFUSED_VIEW,
    sequence=3,
    case=CaseHead(
        queue=Queue.REVIEW,
        district="2244",
        opened_at=_AT,
        queued_at=_AT,
        due_at=_AT + timedelta(hours=4),
        escalated_at=None,
        closed_at=None,
        assignee="OFFICER1",
        weight=15,
    ),
    comparison=Comparison(
        absent=(),
        lines=(
            Line(
                "actual_paid_cny",
                "实际支付金额",
                "Amount paid",
                (
                    Cell("order", "actual_paid_cny", "acturalPaid", "230.02", differs=True),
                    Cell("payment", "amount_cny", "amountPaid", "330.02", differs=True),
                ),
            ),
        ),
        items=(
            ItemLines(
                1,
                (
                    Line(
                        "quantity",
                        "数量",
                        "Quantity",
                        (
                            Cell("order", "items.1.quantity", "qty", "2.00"),
                            Cell("declaration", "items.1.quantity", "qty", "2.00"),
                        ),
                    ),
                ),
                None,
            ),
        ),
    ),
    titles={"TRI-02": Text(zh="支付金额与订单一致", en="Payment amount equals the order")},
    limit=AnnualLimit(
        year=2024,
        limit_cny=Decimal(26000),
        used_cny=Decimal("1280.00"),
        confirmed_cny=Decimal("1080.00"),
        reserved_cny=Decimal("200.00"),
    ),
    histories=(
        History(
            of="buyer",
            first_day=date(2024, 5, 20),
            last_day=date(2024, 6, 18),
            days=(
                HistoryDay(
                    day=date(2024, 6, 18), declarations=2, value_cny=Decimal("418.00"), fallen=0, seen=1, buyers=1
                ),
            ),
        ),
    ),
    prices=(
        Prices(
            line_no=1,
            days=(
                PriceDay(
                    day=date(2024, 6, 18),
                    count=31,
                    lowest_cny=Decimal("55.00"),
                    median_cny=Decimal("60.00"),
                    highest_cny=Decimal("62.00"),
                ),
            ),
        ),
    ),
    timeline=(
        Moment(
            at=_AT,
            what="moved",
            actor=None,
            version=1,
            act="assess",
            from_status=Status.WAITING,
            to_status=Status.REFUSED,
        ),
        Moment(at=_AT, what="note", actor=_ACTOR, version=1, text="已电话联系电商企业", about=_REQUEST),
    ),
    attachments=(_ATTACHMENT,),
    requests=(_ASKED,),
    reports=(_REPORTED,),
    proposed=(),
    acts=(Act.RELEASE, Act.REFUSE),
    clear=False,
    erased=False,
)


def _plain(answer: Any) -> Any:
    return msgspec.to_builtins(answer)


CASE: Final = _plain(case_answer(_PAGE, _OFFICER, Language.ZH))
TIMELINE: Final = _plain(timeline_answer(_PAGE))
ATTACHMENT: Final = _plain(attachment_answer(_ATTACHMENT))
ATTACHMENTS: Final = {"attachments": [ATTACHMENT]}
REQUESTED: Final = _plain(request_answer(_ASKED))
REPORTED: Final = _plain(report_answer(_REPORTED))
KEPT: Final = _plain(NoteAnswer(entry_id=str(_REQUEST), at=_AT))
