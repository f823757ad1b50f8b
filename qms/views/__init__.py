"""View building blocks: every page declares its policy; every change is a POST that calls one service."""

from qms.views.base import ActionView, ExportView, FormPage, ListPage, PageView, PortalMixin

__all__ = ["ActionView", "ExportView", "FormPage", "ListPage", "PageView", "PortalMixin"]
