"""Content of every kind: renditions, words for pictures, drafts, the uses of content, the inbox of notes.

Revision ID: 0002
Revises: 0001
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Straight to the driver: with no parameters, psycopg sends several statements at once and leaves '%' alone.
    op.get_bind().connection.cursor().execute(script)
