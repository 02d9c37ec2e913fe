"""A rule pack for Tongguan: the rules of one office. `RULES` is what the entry point in pyproject.toml names."""

from app.rules.kernel import Rule
from tongguan_pack_example.lithium_by_air import lithium_by_air

RULES: tuple[Rule, ...] = (lithium_by_air,)
