"""The negative codes: one for each reason and kind of document, as documented."""

import re

import pytest

from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.domain.return_codes import Filed, Refusal, return_code
from tests.conftest import REPOSITORY

KINDS: tuple[Filed, ...] = (Order, Payment, Waybill, Declaration)


@pytest.mark.parametrize("refusal", list(Refusal))
@pytest.mark.parametrize("filed", KINDS)
def test_every_reason_has_a_negative_code_and_both_texts(filed: Filed, refusal: Refusal) -> None:
    code = return_code(filed, refusal)
    assert re.fullmatch(r"-\d{6}", code.code)
    assert "A1" not in code.template_zh
    assert code.zh("A1")
    assert code.en("A1")
    assert "{}" not in code.zh("A1") + code.en("A1")


def test_texts_name_what_they_are_about() -> None:
    assert return_code(Declaration, Refusal.DUPLICATE).zh("A1") == "清单[A1]已经申报过，请勿重复申报"
    assert return_code(Order, Refusal.DUPLICATE).zh("A1") == "已存在相同编号的订单"


@pytest.mark.parametrize("refusal", list(Refusal))
def test_the_codes_are_documented(refusal: Refusal) -> None:
    document = (REPOSITORY / "docs" / "ceb.md").read_text(encoding="utf-8")
    (row,) = [line for line in document.splitlines() if line.startswith(f"| {refusal.name}")]
    assert re.findall(r"-\d{6}", row) == [return_code(filed, refusal).code for filed in KINDS]
