"""Days and times that documents name, in the order of the rules' ids; the catalogue reads `RULES`.

When a message was reported (appTime) is no matter of these rules: what cannot be is refused by judging.
"""

from app.rules.kernel import Rule
from app.rules.times.declared_day import declared_day
from app.rules.times.import_day import import_day
from app.rules.times.payment_time import payment_time

RULES: tuple[Rule, ...] = (payment_time, declared_day, import_day)
