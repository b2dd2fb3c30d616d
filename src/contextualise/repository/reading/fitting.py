"""Which scopes fit the reader's context, and what topics are called in it."""

FIT = """
fit AS MATERIALIZED (
  SELECT 0::bigint AS id, 0::bigint AS shared, 0::bigint AS size
  UNION ALL
  SELECT m.scope_id, m.shared, (SELECT count(*) FROM scope_theme s WHERE s.map_id = %(map_id)s AND s.scope_id = m.scope_id)
  FROM (SELECT scope_id, count(*) AS shared FROM scope_theme WHERE map_id = %(map_id)s AND topic_id = ANY({themes}) GROUP BY scope_id) AS m
)"""
"""A common table expression: each scope with how many of the themes it shares and how many it has; `{themes}` is an array of topics.

The unconstrained scope fits any context; the others are those that share a theme with it.
"""


def best_name(topic: str, themes: str = "%(context)s::bigint[]") -> str:
    """What the row `topic` of table topic is called in the context of the themes: its name of exactly this scope, else the one that
    shares most with it, else its label. The statement has `FIT` of the same themes.
    """
    return f"""coalesce((
        SELECT n.value FROM name n JOIN fit ON fit.id = n.scope_id
        WHERE n.map_id = %(map_id)s AND n.topic_id = {topic}.id AND n.scope_id <> 0
        ORDER BY fit.shared <> cardinality({themes}) OR fit.size <> fit.shared, fit.shared DESC, fit.size, n.id LIMIT 1
      ), {topic}.label)"""  # noqa: S608 - names of rows
