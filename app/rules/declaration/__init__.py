"""The declaration by itself and against the documents, in the order of the rules' ids; the catalogue reads `RULES`.

There is no rule about the address of the declaration: the carrier's counts (TRI-08). A sender's own day decides
nothing, for the specification says that the day customs record counts; only one that cannot be is looked at (TIM-02).
"""

from app.rules.declaration.buyer import buyer_id_number, buyer_name, buyer_telephone
from app.rules.declaration.fixed_values import currency, import_flag, pack_count
from app.rules.declaration.freight_and_insurance import freight_and_insurance
from app.rules.declaration.items import number_of_items, same_items
from app.rules.declaration.line_numbers import line_numbers
from app.rules.declaration.references import names_order, names_waybill
from app.rules.declaration.responsible_parties import declarant_sends, guarantor
from app.rules.declaration.supervision_mode import bonded_import_fields, direct_purchase_fields, supervision_mode
from app.rules.kernel import Rule

RULES: tuple[Rule, ...] = (
    buyer_name,
    buyer_telephone,
    buyer_id_number,
    number_of_items,
    same_items,
    names_order,
    names_waybill,
    freight_and_insurance,
    pack_count,
    currency,
    import_flag,
    supervision_mode,
    direct_purchase_fields,
    bonded_import_fields,
    guarantor,
    declarant_sends,
    line_numbers,
)
