"""manage.py migrate: Django's own, four times as quick on an empty database.

A migration works on classes made for the models as they are at that point. After each step Django makes those
of all models anew that are related to the one changed, by however many others; here all models are (by their
agency), and a first start would spend most of its time so. A model that is new, or whose columns, indexes or
constraints come, change or go, changes no other model: on an empty database its class alone is made anew.
Functions of migrations get all classes anew, as ever; keys and names are changed Django's way; and a database
that has migrations in it is migrated by Django alone.
"""

from collections.abc import Callable
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState


class QuickState(ProjectState):
    """Models at a point of the migrations; most steps make one class anew."""

    alone = False

    def _one_class(self, step: Callable[..., None], *args: Any) -> None:
        self.alone = True
        try:
            step(*args)
        finally:
            self.alone = False

    def add_model(self, model_state: ModelState) -> None:
        """A new model: nobody has seen it yet."""
        self._one_class(super().add_model, model_state)

    def add_field(
        self, app_label: str, model_name: str, name: str, field: Any, preserve_default: Any
    ) -> None:
        """One more column."""
        self._one_class(super().add_field, app_label, model_name, name, field, preserve_default)

    def alter_field(
        self, app_label: str, model_name: str, name: str, field: Any, preserve_default: Any
    ) -> None:
        """Another kind of column; one that others refer to, or that refers to others, is left to Django."""
        before = self.models[app_label, model_name].fields[name]
        if any(one.is_relation or one.primary_key or one.unique for one in (before, field)):
            super().alter_field(app_label, model_name, name, field, preserve_default)
        else:
            self._one_class(super().alter_field, app_label, model_name, name, field, preserve_default)

    def add_index(self, app_label: str, model_name: str, index: Any) -> None:
        """One more index."""
        self._one_class(super().add_index, app_label, model_name, index)

    def add_constraint(self, app_label: str, model_name: str, constraint: Any) -> None:
        """One more constraint."""
        self._one_class(super().add_constraint, app_label, model_name, constraint)

    def remove_constraint(self, app_label: str, model_name: str, constraint_name: str) -> None:
        """One constraint less."""
        self._one_class(super().remove_constraint, app_label, model_name, constraint_name)

    def _find_reload_model(
        self, app_label: str, model_name: str, delay: bool = False
    ) -> set[tuple[str, str]]:
        """The models whose classes are made anew."""
        if not self.alone:
            found: set[tuple[str, str]] = super()._find_reload_model(app_label, model_name, delay)  # type: ignore[misc]
            return found
        self.is_delayed = True  # functions of migrations (RunPython) get all classes anew
        return {(app_label, model_name)}


class QuickExecutor(MigrationExecutor):
    """Applies migrations; on an empty database with `QuickState`."""

    def migrate(
        self, targets: Any, plan: Any = None, state: ProjectState | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Up to the targets."""
        if state is not None and not self.loader.applied_migrations:
            state = QuickState(models=state.models, real_apps=state.real_apps)
        return super().migrate(targets, plan, state, *args, **kwargs)


class Command(migrate.Command):
    """Django's command with the quick executor."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        usual = migrate.MigrationExecutor  # type: ignore[attr-defined]
        migrate.MigrationExecutor = QuickExecutor  # type: ignore[attr-defined]
        try:
            super().handle(*args, **options)
        finally:
            migrate.MigrationExecutor = usual  # type: ignore[attr-defined]
