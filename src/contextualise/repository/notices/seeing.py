"""Who may still see a notice: access may have been withdrawn since it was written."""

# Joins what decides: `n` is the notice, `u` its person.
GROUND = "LEFT JOIN map m ON m.id = n.map_id LEFT JOIN map_member c ON c.map_id = n.map_id AND c.user_id = u.id"

# Comments are read by those who work on a map, and by no reader of a published one.
SEEN = """
(n.needs = 'nothing' OR n.needs = 'admin' AND u.is_admin OR m.trashed_at IS NULL AND (
  m.owner_id = u.id
  OR n.needs IN ('map', 'talk') AND (u.is_admin OR c.user_id IS NOT NULL)
  OR n.needs = 'map' AND m.published_at IS NOT NULL))
"""

UNREAD = f"(SELECT count(*) FROM notice n {GROUND} WHERE n.user_id = u.id AND n.read_at IS NULL AND {SEEN})"  # noqa: S608
"""How many notices a person `u` has not read, of those that the person may see."""
