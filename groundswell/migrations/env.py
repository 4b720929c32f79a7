"""What Alembic runs for each command. The caller hands over an open connection; there is no alembic.ini.

`Config.attributes["connection"]` is a connection whose transaction the caller commits, so that a migration that
fails half-way leaves the store as it was.
"""

from alembic import context

from groundswell.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
