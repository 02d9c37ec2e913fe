"""The page of one case: documents side by side, findings, tax, histories, timeline; notes, papers, unmasking."""

from app.console.case.views import PAGES

__all__ = ["PAGES"]
