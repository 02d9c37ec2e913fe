"""How long one parcel takes to think about: a three-item dossier, the whole import book, tax, a cold identity number.

Every parcel has an identity number that was never seen before, checked as the service does it while loading facts.
"""

import gc
import statistics
import time
from decimal import Decimal

import msgspec

from app.domain.canonical import encode_assessment, encode_facts
from app.domain.decision import Outcome
from app.domain.dossier import Documents
from app.domain.identity import county_codes, is_valid_identity_number
from app.rules.catalogue import OUR_RULES
from app.rules.evaluation import assess
from app.rules.parameters import read_tree
from app.rules.rulebook import RuleBook
from app.rules.tables.starter import starter_tables
from bench.figures import table
from tests import builders

GOAL_US = 60
PARCELS = 2_000
ROUNDS = 7


class AssessFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Microseconds for each parcel."""

    rules: int
    assess_best_us: float
    assess_median_us: float
    canonical_best_us: float
    canonical_median_us: float


def three_items(number: int) -> Documents:
    """A clean parcel of three items whose buyer nobody has seen yet."""
    identity = builders.an_identity_number(born=f"{1950 + number // 10_000:04}0307", sequence=f"{number % 1000:03}")
    ordered = builders.an_order_item(line_no=3, item_no="SKU-1003", quantity=Decimal(1), total_cny=Decimal("60.00"))
    declared = builders.a_declaration_item(
        line_no=3,
        item_no="SKU-1003",
        quantity=Decimal(1),
        legal_quantity=Decimal("0.5"),
        total_cny=Decimal("60.00"),
    )
    order = builders.an_order(
        goods_value_cny=Decimal("265.00"),
        tax_total_cny=Decimal("25.48"),
        actual_paid_cny=Decimal("295.48"),
        buyer_id_number=identity,
        items=(*builders.order_items(), ordered),
    )
    return builders.documents(
        order=order,
        payment=builders.a_payment(amount_cny=order.actual_paid_cny, payer_id_number=identity),
        declaration=builders.a_declaration(buyer_id_number=identity, items=(*builders.declaration_items(), declared)),
    )


def microseconds_each(work: list[Documents], book: RuleBook) -> tuple[float, float]:
    """Microseconds to check the identity and assess, and to write assessment and facts in canonical form."""
    day, facts = builders.ACCEPTED_ON, builders.facts()
    law = book.on(day)
    began = time.perf_counter()
    assessed = [
        assess(
            law,
            documents,
            msgspec.structs.replace(
                facts, identity_valid=is_valid_identity_number(documents.declaration.buyer_id_number, day)
            ),
        )
        for documents in work
    ]
    thought = time.perf_counter()
    for assessment in assessed:
        encode_assessment(assessment)
        encode_facts(facts)
    written = time.perf_counter()
    wrong = [assessment for assessment in assessed if assessment.outcome is not Outcome.RELEASED]
    assert not wrong, wrong[0].findings
    return (thought - began) / len(work) * 1e6, (written - thought) / len(work) * 1e6


def measure() -> AssessFigures:
    """The best and the median of several rounds."""
    book = RuleBook.load(OUR_RULES, read_tree(), starter_tables())
    county_codes()  # read at start-up by the service too
    work = [three_items(number) for number in range(PARCELS)]
    gc.collect()
    gc.freeze()
    rounds = [microseconds_each(work, book) for _ in range(ROUNDS)]
    gc.unfreeze()
    thinking, writing = [first for first, _ in rounds], [second for _, second in rounds]
    return AssessFigures(
        rules=len(book.on(builders.ACCEPTED_ON).rules),
        assess_best_us=min(thinking),
        assess_median_us=statistics.median(thinking),
        canonical_best_us=min(writing),
        canonical_median_us=statistics.median(writing),
    )


def lines(figures: AssessFigures) -> list[str]:
    """The table to print."""
    what = f"assess: {figures.rules} rules, 3 items, tax, cold identity (goal {GOAL_US})"
    return table(
        [f"µs, {ROUNDS} rounds of {PARCELS}", "best", "median"],
        [
            [what, figures.assess_best_us, figures.assess_median_us],
            ["assessment and facts as canonical bytes", figures.canonical_best_us, figures.canonical_median_us],
        ],
    )
