"""What the views over a whole map look for.

Revision ID: 0004
Revises: 0003
"""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Straight to the driver: with no parameters, psycopg sends several statements at once and leaves '%' alone.
    op.get_bind().connection.cursor().execute(script)
