"""The negative return codes of the unified system: what a filing is answered when it is not stored at all.

What belongs here: which code and official text answers which reason for which document (cbec 3.4, table 7-2 of the
message specification). What does not: findings of an assessment, which are never negative codes.

The tables of the specification have gaps; each filling is marked "Interpretation:".
"""

import enum

import msgspec

from app.domain.dossier import Declaration, Order, Payment, Waybill

Filed = type[Order] | type[Payment] | type[Waybill] | type[Declaration]


class Refusal(enum.StrEnum):
    """Why a filed document is not stored."""

    DUPLICATE = "duplicate"  # a new document under a number that is taken
    OLDER = "older"  # the stored message of this document is newer
    WRONG_STATE = "wrong_state"  # its declaration is held, released or otherwise past correction
    NOT_FOUND = "not_found"  # a change or deletion of something that was never filed
    BAD_ACTION = "bad_action"  # appType is none of 1, 2, 3
    BAD_PARAMETER = "bad_parameter"  # a header field that cannot be acted upon: appTime, appStatus
    FORBIDDEN = "forbidden"  # the sender neither owns the document nor holds a mandate
    SYSTEM = "system"  # we failed; the same filing may be sent again


class ReturnCode(msgspec.Struct, frozen=True, gc=False):
    """A code with its official text; ``{}`` stands where the specification prints ``[*]`` or ``*``."""

    code: str
    template_zh: str
    template_en: str

    def zh(self, about: str) -> str:
        """The official text, naming what it is about (an order number, a field)."""
        return self.template_zh.replace("{}", about)

    def en(self, about: str) -> str:
        """Our English of the official text."""
        return self.template_en.replace("{}", about)


def return_code(filed: Filed, refusal: Refusal) -> ReturnCode:
    """The code that answers `refusal` for a document of type `filed`."""
    return _CODES[filed][refusal]


_OLDER_EN = "the received message is older than the stored one and was not processed"
_CODES: dict[Filed, dict[Refusal, ReturnCode]] = {
    Order: {
        Refusal.DUPLICATE: ReturnCode("-301010", "已存在相同编号的订单", "an order with this number exists already"),
        Refusal.OLDER: ReturnCode("-301014", "订单报文处理失败，接收报文为旧报文数据，不做处理", _OLDER_EN),
        Refusal.WRONG_STATE: ReturnCode(
            "-301011", "该订单已向海关申报清单，状态不符", "the order is declared already and can no longer be changed"
        ),
        Refusal.NOT_FOUND: ReturnCode(
            "-301009", "订单标识(appType)不正确,未找到操作的订单", "appType does not fit: there is no such order"
        ),
        Refusal.BAD_ACTION: ReturnCode(
            "-301009", "订单标识(appType)不正确,未找到操作的订单", "appType is none of 1, 2, 3"
        ),
        Refusal.BAD_PARAMETER: ReturnCode("-301008", "参数校验不通过，{}", "a parameter was not accepted: {}"),
        # Interpretation: the specification names no authority code for orders; the parameter code says who may file.
        Refusal.FORBIDDEN: ReturnCode("-301008", "参数校验不通过，{}没有权限进行操作", "{} may not file this order"),
        Refusal.SYSTEM: ReturnCode("-301013", "订单报文处理失败，系统异常", "a system error; send the order again"),
    },
    Payment: {
        Refusal.DUPLICATE: ReturnCode("-401007", "已存在相同编号的支付单", "a payment with this number exists already"),
        Refusal.OLDER: ReturnCode("-401012", "支付单报文处理失败，接收报文为旧报文数据，不做处理", _OLDER_EN),
        Refusal.WRONG_STATE: ReturnCode(
            "-401008",
            "该支付单已向海关申报支付单，状态不符",
            "the payment belongs to a declared order and can no longer be changed",
        ),
        Refusal.NOT_FOUND: ReturnCode(
            "-401006",
            "支付单标识(appType)不正确,未找到对应操作的支付单",
            "appType does not fit: there is no such payment",
        ),
        Refusal.BAD_ACTION: ReturnCode(
            "-401006", "支付单标识(appType)不正确,未找到对应操作的支付单", "appType is none of 1, 2, 3"
        ),
        Refusal.BAD_PARAMETER: ReturnCode("-401009", "参数校验不通过，[{}]", "a parameter was not accepted: {}"),
        # Interpretation: no authority code for payments either.
        Refusal.FORBIDDEN: ReturnCode(
            "-401009", "参数校验不通过，[{}]没有权限进行操作", "{} may not file this payment"
        ),
        Refusal.SYSTEM: ReturnCode("-401011", "支付单报文处理失败，系统异常", "a system error; send the payment again"),
    },
    Waybill: {
        Refusal.DUPLICATE: ReturnCode("-504015", "已存在相同编号的运单", "a waybill with this number exists already"),
        # Interpretation: the series -504… has no code for old messages and system errors; the texts of -505015 and
        # -505016 speak of 物流报文, which waybills are too (cbec 5.1, rule 14).
        Refusal.OLDER: ReturnCode("-505016", "物流报文处理失败，接收报文为旧报文数据，不做处理", _OLDER_EN),
        Refusal.WRONG_STATE: ReturnCode(
            "-504016",
            "该运单已向海关申报运单，状态不符",
            "the waybill belongs to a declared order and can no longer be changed",
        ),
        Refusal.NOT_FOUND: ReturnCode(
            "-504014", "运单标识(appType)不正确,未找到操作的运单", "appType does not fit: there is no such waybill"
        ),
        Refusal.BAD_ACTION: ReturnCode(
            "-504014", "运单标识(appType)不正确,未找到操作的运单", "appType is none of 1, 2, 3"
        ),
        Refusal.BAD_PARAMETER: ReturnCode("-504011", "参数校验不通过，{}", "a parameter was not accepted: {}"),
        # Interpretation: no authority code for waybills either.
        Refusal.FORBIDDEN: ReturnCode("-504011", "参数校验不通过，{}没有权限进行操作", "{} may not file this waybill"),
        Refusal.SYSTEM: ReturnCode("-505015", "物流报文处理失败，系统异常", "a system error; send the waybill again"),
    },
    Declaration: {
        Refusal.DUPLICATE: ReturnCode(
            "-621004", "清单[{}]已经申报过，请勿重复申报", "declaration {} is declared already; do not declare it again"
        ),
        # Interpretation: no code for old declarations; the general failure with the text of the other documents.
        Refusal.OLDER: ReturnCode("-621003", "清单申报失败，[接收报文为旧报文数据，不做处理]", _OLDER_EN),
        Refusal.WRONG_STATE: ReturnCode(
            "-621012", "清单[{}]的申报状态不符合改单申报的条件", "the state of declaration {} does not allow a change"
        ),
        Refusal.NOT_FOUND: ReturnCode(
            "-621011", "不存在已申报的清单[{}]，无法进行改单操作", "there is no declaration {} to change"
        ),
        Refusal.BAD_ACTION: ReturnCode("-621001", "清单报文校验失败，[{}]", "the declaration was not accepted: {}"),
        Refusal.BAD_PARAMETER: ReturnCode("-621001", "清单报文校验失败，[{}]", "the declaration was not accepted: {}"),
        Refusal.FORBIDDEN: ReturnCode("-621016", "[{}]没有权限进行操作", "{} may not file this declaration"),
        Refusal.SYSTEM: ReturnCode("-621017", "系统发生异常", "a system error; send the declaration again"),
    },
}
