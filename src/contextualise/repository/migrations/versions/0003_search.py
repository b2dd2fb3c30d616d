"""Search: the words of names, of values with their titles, and of texts, each under an index of its own.

Revision ID: 0003
Revises: 0002
"""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Straight to the driver: with no parameters, psycopg sends several statements at once and leaves '%' alone.
    op.get_bind().connection.cursor().execute(script)
