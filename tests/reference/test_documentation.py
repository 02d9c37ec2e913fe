"""docs/reference-data.md names every table and column that an import knows."""

import pytest

from app.rules.tables.specifications import SPECIFICATIONS, Specification
from app.services import party_import
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "reference-data.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "specification",
    [*SPECIFICATIONS.values(), party_import.SPECIFICATION],
    ids=lambda specification: specification.name,
)
def test_every_column_stands_in_the_page(specification: Specification) -> None:
    assert [column for column in specification.columns if f"`{column}`" not in PAGE] == []
    words = [*specification.aliases, *specification.passed_over]
    assert [word for word in words if word not in PAGE] == []


def test_every_table_stands_in_the_page() -> None:
    names = [
        name.replace("positive_list", "positive-list").replace("prohibited_goods", "prohibited")
        for name in SPECIFICATIONS
    ]
    assert [name for name in names if f"`{name}`" not in PAGE] == []
