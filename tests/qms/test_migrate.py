"""The quick way of `migrate` on an empty database leaves the very database the models describe."""

from django.apps import apps
from django.conf import settings
from django.db import connection


def test_every_column_constraint_and_index_of_the_models_is_in_the_database(db):
    missing = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label not in settings.OWN_APPS or not model._meta.managed:
                continue
            table = model._meta.db_table
            columns = {
                column.name: column.null_ok
                for column in connection.introspection.get_table_description(cursor, table)
            }
            expected = {
                field.column: field.null or field.generated  # a computed value is not declared NOT NULL
                for field in model._meta.local_concrete_fields
            }
            if columns != expected:
                missing.append((table, set(columns.items()) ^ set(expected.items())))
            there = connection.introspection.get_constraints(cursor, table)
            names = {one.name for one in (*model._meta.constraints, *model._meta.indexes)}
            if names - set(there):
                missing.append((table, names - set(there)))
            keys = {one["columns"][0] for one in there.values() if one["foreign_key"]}
            expected_keys = {
                field.column
                for field in model._meta.local_concrete_fields
                if field.remote_field and field.db_constraint
            }
            if keys != expected_keys:
                missing.append((table, keys ^ expected_keys))
    assert missing == []
