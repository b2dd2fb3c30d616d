"""Which scopes fit the reader's context: those that share a theme with it, and the unconstrained one."""

FIT = """
fit AS MATERIALIZED (
  SELECT 0::bigint AS id, 0::bigint AS shared, 0::bigint AS size
  UNION ALL
  SELECT m.scope_id, m.shared, (SELECT count(*) FROM scope_theme s WHERE s.map_id = %(map_id)s AND s.scope_id = m.scope_id)
  FROM (SELECT scope_id, count(*) AS shared FROM scope_theme WHERE map_id = %(map_id)s AND topic_id = ANY({themes}) GROUP BY scope_id) AS m
)"""
"""A common table expression: each scope with how many of the themes it shares and how many it has; `{themes}` is an array of topics."""
