"""Rules of this chapter, in the order of their ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule

RULES: tuple[Rule, ...] = ()
