"""What may not be imported, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule
from app.rules.prohibition.endangered_species import endangered_species
from app.rules.prohibition.prohibited_goods import prohibited_goods
from app.rules.prohibition.prohibited_words import prohibited_words

RULES: tuple[Rule, ...] = (prohibited_goods, endangered_species, prohibited_words)
