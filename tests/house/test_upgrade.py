"""An installation of an earlier revision, full, comes to the newest one with everything it had."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Table, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app.db import Model
from app.factory import know_every_table
from app.migrations import FOLDER, HEAD, migration_engine, revision_at, upgrade
from app.migrations.append_only import TABLES
from tests.conftest import on_postgres, on_server

FIRST = "0001"
