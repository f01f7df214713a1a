"""The event table: partitioned by month on PostgreSQL, plain on SQLite. Written by headquarters/ratings/sql.py.

Beside it every id ever received, unpartitioned: the event table's key must hold the day, so it cannot tell
that an id came before on another day, and asking every month takes longer with every month.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

POSTGRESQL = """
CREATE TABLE ratings_event (
    tablet_id uuid NOT NULL,
    event_day date NOT NULL,
    event_id uuid NOT NULL,
    install_id uuid NOT NULL,
    seq bigint NOT NULL,
    kind varchar(40) NOT NULL,
    visit_id varchar(64) NOT NULL,
    level smallint,
    wall_ms bigint NOT NULL,
    utc_offset_min smallint NOT NULL,
    labels_version varchar(64) NOT NULL,
    config_version integer NOT NULL,
    stored text NOT NULL,
    hash bytea NOT NULL,
    prev_hash bytea NOT NULL,
    received_at timestamptz NOT NULL,
    batch_id uuid NOT NULL,
    time_quality smallint NOT NULL,
    PRIMARY KEY (tablet_id, event_day, event_id)
) PARTITION BY RANGE (event_day);
CREATE INDEX ratings_event_chain ON ratings_event (tablet_id, install_id, seq);
CREATE TABLE ratings_event_default PARTITION OF ratings_event DEFAULT;
CREATE TABLE ratings_received (
    tablet_id uuid NOT NULL,
    event_id uuid NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (tablet_id, event_id)
);
"""

SQLITE = """
CREATE TABLE ratings_event (
    tablet_id char(32) NOT NULL,
    event_day date NOT NULL,
    event_id char(32) NOT NULL,
    install_id char(32) NOT NULL,
    seq bigint NOT NULL,
    kind varchar(40) NOT NULL,
    visit_id varchar(64) NOT NULL,
    level smallint,
    wall_ms bigint NOT NULL,
    utc_offset_min smallint NOT NULL,
    labels_version varchar(64) NOT NULL,
    config_version integer NOT NULL,
    stored text NOT NULL,
    hash blob NOT NULL,
    prev_hash blob NOT NULL,
    received_at datetime NOT NULL,
    batch_id char(32) NOT NULL,
    time_quality smallint NOT NULL,
    PRIMARY KEY (tablet_id, event_day, event_id)
);
CREATE INDEX ratings_event_chain ON ratings_event (tablet_id, install_id, seq);
CREATE TABLE ratings_received (
    tablet_id char(32) NOT NULL,
    event_id char(32) NOT NULL,
    hash blob NOT NULL,
    PRIMARY KEY (tablet_id, event_id)
) WITHOUT ROWID;
"""


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    script = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in script.split(";\n"):
        if statement.strip():
            schema_editor.execute(statement)


def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE ratings_event")
    schema_editor.execute("DROP TABLE ratings_received")


class Migration(migrations.Migration):
    dependencies = (("ratings", "0001_initial"),)
    operations = (migrations.RunPython(forwards, backwards),)
