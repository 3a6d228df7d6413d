"""Run by Alembic for `ledger.postgres.migrate.upgrade`: all revisions in one transaction."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table_schema="ledger")
with context.begin_transaction():
    context.run_migrations()
