"""The dashboard: efficient, convenient, safe (高效 便利 安全), with charts, tables of the same figures, and exports."""

from app.console.dashboard.views import PAGES

__all__ = ["PAGES"]
