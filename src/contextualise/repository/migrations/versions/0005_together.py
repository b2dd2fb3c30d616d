"""Sharing, comments, live pages, mail, publishing and notices of trouble.

Revision ID: 0005
Revises: 0004
"""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Straight to the driver: with no parameters, psycopg sends several statements at once and leaves '%' alone.
    op.get_bind().connection.cursor().execute(script)
