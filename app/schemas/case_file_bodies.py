"""What officers and sites send to a case file."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from app.domain.case_entries import PaperKind, Reported
from app.schemas.faults import InvalidBody, fault
from app.schemas.fields import AMOUNT, Body, words
from app.schemas.times import instant as read_instant

_LONGEST_INSTANT = 35
_INSTANT = Meta(
    title="时间",
    description="ISO 8601 with a zone",
    examples=["2024-06-20T18:00:00+08:00"],
    min_length=20,
    max_length=_LONGEST_INSTANT,
)
_ID = Meta(
    title="编号",
    description="The id of an attachment",
    examples=["0b8f6f0e-7c39-5d6e-9a51-6d1f6a2b3c4d"],
    min_length=36,
    max_length=36,
)


class CaseNoteBody(Body, kw_only=True):
    """An officer's note."""

    text: Annotated[str, words("备注", 4000, example="已电话联系电商企业", note="Kept sealed; never changed.")]


class UnmaskBody(Body, kw_only=True):
    """Why personal data are to be shown."""

    reason: Annotated[str, words("理由", 4000, example="电话核对收货人", note="Stands in the record beside your name.")]


class DocumentRequestBody(Body, kw_only=True):
    """What papers the parties are asked for."""

    kinds: Annotated[
        tuple[
            Literal["invoice", "payment_proof", "contract", "licence", "identity_proof", "photo", "other"],
            ...,
        ],
        Meta(title="单证", description="Kinds of papers", min_length=1, max_length=7),
    ]
    until: Annotated[str, _INSTANT]
    text: Annotated[
        str, Meta(title="说明", description="Parties read it: name no person.", examples=["请补充发票"], max_length=500)
    ] = ""


class MeasuredBody(Body, kw_only=True):
    """One measured value, its unit last in its name."""

    name: Annotated[
        str,
        Meta(
            title="项目",
            description="For example gross_weight_kg",
            examples=["gross_weight_kg"],
            min_length=1,
            max_length=40,
        ),
    ]
    value: Annotated[Decimal, Meta(title="数值", examples=[Decimal("1.92")], extra={"form": AMOUNT})]


class ReportBody(Body, kw_only=True):
    """What a site's equipment or inspection found."""

    kind: Annotated[Literal["xray", "weighing", "inspection"], Meta(title="类型", description="Of what")]
    report_no: Annotated[str, words("报告编号", 60, example="XR-20240618-0001", note="Once: again it is the same.")]
    verdict: Annotated[Literal["clear", "suspicious", "unreadable"], Meta(title="判断", description="Of the machine")]
    taken_at: Annotated[str, _INSTANT]
    measured: Annotated[tuple[MeasuredBody, ...], Meta(title="测量值", max_length=20)] = ()
    text: Annotated[str, Meta(title="说明", description="Remarks", examples=["左上角有阴影"], max_length=2000)] = ""
    image: Annotated[str, _ID] | None = None


def until_of(body: DocumentRequestBody) -> datetime:
    """The deadline; InvalidBody where it is no instant."""
    return _instant(body.until, "/until")


def kinds_of(body: DocumentRequestBody) -> tuple[PaperKind, ...]:
    """The kinds of papers."""
    return tuple(PaperKind.from_word(word) for word in body.kinds)


def reported_of(body: ReportBody) -> Reported:
    """The report; InvalidBody where a time or an id is none."""
    image = None
    if body.image is not None:
        try:
            image = UUID(body.image)
        except ValueError:
            raise InvalidBody((fault("/image", "not_an_id"),)) from None
    return Reported(
        kind=body.kind,
        report_no=body.report_no,
        verdict=body.verdict,
        measured={each.name: each.value for each in body.measured},
        taken_at=_instant(body.taken_at, "/taken_at"),
        text=body.text,
        image=image,
    )


def _instant(text: str, pointer: str) -> datetime:
    try:
        return read_instant(text)
    except ValueError:
        raise InvalidBody((fault(pointer, "not_an_instant"),)) from None
