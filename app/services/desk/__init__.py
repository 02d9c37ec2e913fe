"""The desk: acts on declarations that are there, by officers, by the declarant, and by deadlines."""

from app.services.desk.change import Approved, Decided, Decision
from app.services.desk.desk import Desk
from app.services.desk.sealing import REASON_PURPOSE

__all__ = ["REASON_PURPOSE", "Approved", "Decided", "Decision", "Desk"]
