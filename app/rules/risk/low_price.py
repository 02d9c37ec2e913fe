"""RSK-05: a price far under what the same article cost before."""

from typing import Final

from app.domain.dossier import Dossier
from app.domain.facts import Facts, PriceHistory
from app.rules.kernel import PASSED, Finding, Result, Text, finding, rule, undetermined
from app.rules.parameter_groups import Parameters
from app.rules.specification import FROM_THE_FIRST_DAY, operational

_PERCENT: Final = 100


@rule(
    id="RSK-05",
    title=Text(zh="价格明显偏低", en="Price far under its history"),
    law=operational(
        "false low prices are one of the four forms of smuggling told of the trade; no official figure",
        zh="低报价格是本行业四种走私形式之一；无官方标准",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="risk",
)
def low_price(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """No unit price is below a share of the median of what the same article of the same platform cost before.

    Interpretation: an article without number or with a short history says nothing. A gift (price 0 beside goods that
    are paid for) is lawful and has no price to compare.
    """
    histories = facts.price_history
    if not histories:
        return PASSED if histories is not None else undetermined("facts.price_history")
    minimum = parameters.risk.price_history_minimum
    for history in histories:
        if history.count < minimum:
            continue
        if history.median_cny is None:
            return undetermined(f"facts.price_history.{history.line_no}.median_cny")
        found = _below(history, dossier, parameters)
        if found is not None:
            return found
    return PASSED


def _below(history: PriceHistory, dossier: Dossier, parameters: Parameters) -> Finding | None:
    """The finding for one line; the first one is enough for an officer to look."""
    percent, median_cny = parameters.risk.low_price_percent, history.median_cny
    order = dossier.order
    for item in order.items:
        is_gift = not item.price_cny and order.goods_value_cny > 0
        if item.line_no != history.line_no or is_gift or median_cny is None:
            continue
        if item.price_cny * _PERCENT < median_cny * percent:
            return finding(
                zh=f"第{item.line_no}项单价 {{order.price_cny}} 元低于历史中位价 {{facts.median_cny}} 元的"
                " {parameters.low_price_percent}%",
                en=f"The unit price of item {item.line_no}, {{order.price_cny}} CNY, is below"
                " {parameters.low_price_percent} % of the median {facts.median_cny} CNY of {facts.count} earlier ones",
                order__line_no=item.line_no,
                order__price_cny=item.price_cny,
                facts__median_cny=median_cny,
                facts__count=history.count,
                parameters__low_price_percent=percent,
            )
    return None
