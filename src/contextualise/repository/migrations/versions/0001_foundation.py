"""The model whole: accounts, maps, TMDM constructs, content, history, jobs.

Revision ID: 0001
Revises:
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Straight to the driver: with no parameters, psycopg sends several statements at once and leaves '%' alone.
    op.get_bind().connection.cursor().execute(script)
