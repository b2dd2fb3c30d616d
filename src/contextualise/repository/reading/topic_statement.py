"""The statement of the topic page, in two forms: for readers with and without a context.

One row comes back, one JSON array, whatever the topic has: the hub of ten thousand associations is read through the same few entries of
`role_by_player` as a leaf, because groups are found by skipping from one to the next and counted only up to a bound.
"""

from contextualise.repository.reading.fitting import FIT, best_name
from contextualise.repository.reading.raw import Statement

GROUPS = 25  # groups of associations on one page
SORTED = 200  # groups up to this size are read by name, larger ones as they were made
MEMBERS = 10  # associations of a group at first
FURTHER = 25  # and each time more are asked for
ROLES = 8  # roles of one association that are shown; the rest are on its own page
COUNTED = 1000  # counts stop here and read "1,000+"
SAMPLED = 300  # associations whose scopes are looked at for the list of contexts
OCCURRENCES = 500  # occurrences on one page
LANGUAGES = "http://www.topicmaps.org/xtm/1.0/language.xtm#"
TAGS = 200  # tags, and steps of paths, of one topic
MENTIONS = 25  # topics whose texts link here

_HEAD = """
WITH RECURSIVE t AS MATERIALIZED (
  SELECT id, slug, label, is_base, is_hidden, created_at, created_by, updated_at, updated_by
  FROM topic WHERE map_id = %(map_id)s AND slug = %(slug)s
), base AS MATERIALIZED (
  SELECT iri, construct_id AS id FROM identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = ANY(%(base)s)
), reserved AS MATERIALIZED (
  SELECT coalesce(array_agg(id), '{}') AS ids FROM base WHERE iri = ANY(%(reserved)s)
)
"""

# Themes come by address; which scopes fit them is settled once, so that an association fits by the copy of its scope in the index alone.
_THEMES = "ARRAY(SELECT id FROM context)"
_CONTEXT = f"""
, context AS MATERIALIZED (
  SELECT id FROM topic WHERE map_id = %(map_id)s AND slug = ANY(%(themes)s)
), {FIT.format(themes=_THEMES)}, fits AS MATERIALIZED (
  SELECT array_agg(id) AS ids FROM fit WHERE NOT %(strict)s OR shared = size
)
"""  # noqa: S608 - constants of this package

_FITS_ROLE = " AND r.association_scope_id = ANY((SELECT ids FROM fits)::bigint[])"
_FITS_OCCURRENCE = " AND o.scope_id = ANY((SELECT ids FROM fits)::bigint[])"

# `role_by_player` is read from each group's first entry to the next group's first entry.
_BODY = """
, step (a, b) AS (
  (SELECT r.association_type_id, r.type_id FROM role r
   WHERE r.map_id = %(map_id)s AND r.player_id = (SELECT id FROM t)
     AND (r.association_type_id, r.type_id) > (%(after_type)s, %(after_role)s)
   ORDER BY r.association_type_id, r.type_id LIMIT 1)
  UNION ALL
  SELECT n.a, n.b FROM step, LATERAL (
    SELECT r.association_type_id AS a, r.type_id AS b FROM role r
    WHERE r.map_id = %(map_id)s AND r.player_id = (SELECT id FROM t) AND (r.association_type_id, r.type_id) > (step.a, step.b)
    ORDER BY r.association_type_id, r.type_id LIMIT 1
  ) AS n
), found AS MATERIALIZED (
  SELECT a, b FROM step
  WHERE a <> ALL((SELECT ids FROM reserved)::bigint[]) AND (%(only_type)s = 0 OR (a, b) = (%(only_type)s, %(only_role)s))
  LIMIT {groups} + 1
), grp AS MATERIALIZED (
  SELECT a, b, (
    SELECT count(*) FROM (
      SELECT FROM role r WHERE r.map_id = %(map_id)s AND r.player_id = (SELECT id FROM t)
        AND r.association_type_id = found.a AND r.type_id = found.b{fits_role} LIMIT {counted} + 1
    ) AS counting
  ) AS n FROM found
), m AS MATERIALIZED (
  SELECT grp.a, grp.b, x.association_id, x.association_scope_id AS scope_id FROM grp CROSS JOIN LATERAL (
    (SELECT r.association_id, r.association_scope_id FROM role r
     WHERE grp.n > {sorted} AND r.map_id = %(map_id)s AND r.player_id = (SELECT id FROM t) AND r.association_type_id = grp.a
       AND r.type_id = grp.b{fits_role} AND r.association_id > %(after_association)s
     ORDER BY r.association_id LIMIT %(members)s)
    UNION ALL
    (SELECT s.association_id, s.association_scope_id FROM (
       SELECT r.association_id, r.association_scope_id, coalesce({other_name}, '') AS key FROM role r
       WHERE grp.n <= {sorted} AND r.map_id = %(map_id)s AND r.player_id = (SELECT id FROM t) AND r.association_type_id = grp.a
         AND r.type_id = grp.b{fits_role}
     ) AS s
     WHERE %(after_association)s = 0 OR (s.key, s.association_id) > (
       (SELECT coalesce({other_name}, '') FROM (SELECT %(after_association)s::bigint AS association_id) AS r), %(after_association)s)
     ORDER BY s.key, s.association_id LIMIT %(members)s)
  ) AS x
), other AS MATERIALIZED (
  SELECT m.association_id, m.b, x.type_id, x.player_id FROM m CROSS JOIN LATERAL (
    SELECT r.type_id, r.player_id FROM role r
    WHERE r.map_id = %(map_id)s AND r.association_id = m.association_id AND (r.type_id <> m.b OR r.player_id <> (SELECT id FROM t))
    LIMIT {roles} + 1
  ) AS x
), special AS MATERIALIZED (
  SELECT r.association_type_id AS a, r.association_id, o.type_id, o.player_id
  FROM unnest((SELECT ids FROM reserved)::bigint[]) AS kind (id)
  CROSS JOIN LATERAL (
    SELECT r.association_type_id, r.association_id, r.type_id, r.player_id FROM role r
    WHERE r.map_id = %(map_id)s AND r.player_id = (SELECT id FROM t) AND r.association_type_id = kind.id
      AND r.type_id <> coalesce((SELECT id FROM base WHERE iri = %(category)s), 0){fits_role}
    LIMIT {tags}
  ) AS r CROSS JOIN LATERAL (
    SELECT o.type_id, o.player_id FROM role o
    WHERE o.map_id = %(map_id)s AND o.association_id = r.association_id AND (o.type_id <> r.type_id OR o.player_id <> r.player_id) LIMIT 2
  ) AS o
), sample AS MATERIALIZED (
  SELECT association_scope_id AS scope_id, count(*) AS n FROM (
    SELECT r.association_scope_id FROM role r WHERE r.map_id = %(map_id)s AND r.player_id = (SELECT id FROM t) LIMIT {sampled}
  ) AS sampled GROUP BY association_scope_id
), nam AS MATERIALIZED (
  SELECT n.id, n.type_id, n.scope_id, n.value FROM name n WHERE n.map_id = %(map_id)s AND n.topic_id = (SELECT id FROM t)
), var AS MATERIALIZED (
  SELECT v.id, v.name_id, v.scope_id, v.datatype, v.value FROM nam JOIN variant v ON v.map_id = %(map_id)s AND v.name_id = nam.id
), occ AS MATERIALIZED (
  SELECT o.id, o.topic_id, o.type_id, o.scope_id, o.datatype, o.value, o.title, o.file_name, o.lat, o.lon, o.sha256, o.position,
    o.alt, o.created_at, o.created_by
  FROM occurrence o
  WHERE o.map_id = %(map_id)s AND o.topic_id = (SELECT id FROM t) AND o.id > %(after_occurrence)s{fits_occurrence}
  ORDER BY o.id LIMIT {occurrences} + 1
), stands AS MATERIALIZED (
  SELECT f.construct_id, f.reifier_id FROM reification f WHERE f.map_id = %(map_id)s AND f.construct_id <> 0 AND f.construct_id = ANY(ARRAY(
    SELECT association_id FROM m UNION ALL SELECT id FROM occ UNION ALL SELECT id FROM nam
  ))
), detail AS MATERIALIZED (
  SELECT o.* FROM stands JOIN occurrence o ON o.map_id = %(map_id)s AND o.topic_id = stands.reifier_id LIMIT 500
), wiki AS MATERIALIZED (
  SELECT occ.id, l.position, l.topic_id FROM occ
  JOIN content_link l ON l.map_id = %(map_id)s AND l.sha256 = occ.sha256 AND l.topic_id IS NOT NULL
), used_scope (id) AS MATERIALIZED (
  SELECT scope_id FROM nam WHERE scope_id <> 0 UNION SELECT scope_id FROM var UNION SELECT scope_id FROM occ WHERE scope_id <> 0
  UNION SELECT scope_id FROM m WHERE scope_id <> 0 UNION SELECT scope_id FROM detail WHERE scope_id <> 0
  UNION SELECT scope_id FROM sample WHERE scope_id <> 0
), theme AS MATERIALIZED (
  SELECT h.scope_id, h.topic_id FROM used_scope JOIN scope_theme h ON h.map_id = %(map_id)s AND h.scope_id = used_scope.id
), mention AS MATERIALIZED (
  SELECT DISTINCT o.topic_id FROM (
    SELECT l.sha256 FROM content_link l WHERE l.map_id = %(map_id)s AND l.topic_id = (SELECT id FROM t) LIMIT 50
  ) AS l CROSS JOIN LATERAL (
    SELECT o.topic_id FROM occurrence o
    WHERE o.map_id = %(map_id)s AND o.sha256 = l.sha256 AND o.topic_id <> (SELECT id FROM t) LIMIT {mentions}
  ) AS o LIMIT {mentions}
), talk AS MATERIALIZED (
  SELECT construct_id, count(*) AS n FROM (
    (SELECT k.construct_id FROM comment k
     WHERE %(talk)s AND k.map_id = %(map_id)s AND k.topic_id = (SELECT id FROM t) AND k.thread_id = k.id AND k.resolved_at IS NULL
     LIMIT {counted} + 1)
    UNION ALL
    (SELECT k.construct_id
     FROM (SELECT DISTINCT association_id FROM m) AS m JOIN comment k ON k.map_id = %(map_id)s AND k.construct_id = m.association_id
     WHERE %(talk)s AND k.topic_id IS DISTINCT FROM (SELECT id FROM t) AND k.thread_id = k.id AND k.resolved_at IS NULL
     LIMIT {counted} + 1)
  ) AS k GROUP BY construct_id
), typ AS MATERIALIZED (
  SELECT y.type_id FROM topic_type y WHERE y.map_id = %(map_id)s AND y.topic_id = (SELECT id FROM t)
), needed (id) AS MATERIALIZED (
  SELECT type_id FROM typ UNION SELECT type_id FROM nam UNION SELECT type_id FROM occ UNION SELECT a FROM grp UNION SELECT b FROM grp
  UNION SELECT type_id FROM other UNION SELECT player_id FROM other UNION SELECT type_id FROM special UNION SELECT player_id FROM special
  UNION SELECT topic_id FROM theme UNION SELECT topic_id FROM wiki UNION SELECT topic_id FROM mention UNION SELECT reifier_id FROM stands
  UNION SELECT type_id FROM detail UNION SELECT unnest(%(trail)s::bigint[]){context_ids}
), ref AS MATERIALIZED (
  SELECT r.id, r.slug, {best_name} AS name, r.is_hidden,
    (SELECT y.type_id FROM topic_type y WHERE y.map_id = %(map_id)s AND y.topic_id = r.id ORDER BY y.type_id LIMIT 1) AS type_id
  FROM needed JOIN topic r ON r.map_id = %(map_id)s AND r.id = needed.id
), signed AS (
  SELECT id, slug, name, type_id, is_hidden FROM ref
  UNION ALL
  SELECT r.id, r.slug, {best_name}, NULL, r.is_hidden FROM topic r
  WHERE r.map_id = %(map_id)s AND r.id = ANY(ARRAY(SELECT DISTINCT type_id FROM ref WHERE type_id IS NOT NULL EXCEPT SELECT id FROM ref))
)
SELECT json_build_array(
  (SELECT json_build_array(t.id, t.slug, t.label, t.is_base, t.is_hidden, t.created_at, c.name, t.updated_at, u.name)
   FROM app_user AS nobody RIGHT JOIN t ON false LEFT JOIN app_user c ON c.id = t.created_by LEFT JOIN app_user u ON u.id = t.updated_by),
  (SELECT coalesce(json_object_agg(iri, id), '{{}}') FROM base),
  {context_list},
  (SELECT coalesce(json_agg(type_id), '[]') FROM typ),
  (SELECT coalesce(json_agg(json_build_array(id, type_id, scope_id, value) ORDER BY id), '[]') FROM nam),
  (SELECT coalesce(json_agg(json_build_array(id, name_id, scope_id, datatype, value) ORDER BY id), '[]') FROM var),
  (SELECT coalesce(json_agg(json_build_array(i.kind, i.iri) ORDER BY i.kind, i.iri), '[]')
   FROM identifier i WHERE i.map_id = %(map_id)s AND i.construct_id = (SELECT id FROM t)),
  (SELECT coalesce(json_agg(json_build_array(o.id, o.topic_id, o.type_id, o.scope_id, o.datatype, o.value, o.title, o.file_name,
     o.lat, o.lon, c.media_type, c.bytes, c.html, left(c.plain, 300), o.alt, c.width, c.height,
     CASE WHEN c.html IS NULL AND o.sha256 IS NOT NULL
       THEN (SELECT coalesce(json_agg(json_build_array(r.width, r.height) ORDER BY r.width), '[]') FROM rendition r
             WHERE r.map_id = %(map_id)s AND r.sha256 = o.sha256) ELSE '[]' END,
     c.examined_at IS NOT NULL, c.problem, o.created_at,
     CASE WHEN o.type_id = (SELECT id FROM base WHERE iri = %(note)s) THEN (SELECT w.name FROM app_user w WHERE w.id = o.created_by) END)
     ORDER BY o.position, o.id), '[]')
   FROM occ o LEFT JOIN content c ON c.map_id = %(map_id)s AND c.sha256 = o.sha256),
  (SELECT coalesce(json_agg(json_build_array(id, position, topic_id)), '[]') FROM wiki),
  (SELECT coalesce(json_agg(json_build_array(a, b, n)), '[]') FROM grp),
  (SELECT coalesce(json_agg(json_build_array(a, b, association_id, scope_id)), '[]') FROM m),
  (SELECT coalesce(json_agg(json_build_array(association_id, b, type_id, player_id)), '[]') FROM other),
  (SELECT coalesce(json_agg(json_build_array(association_id, type_id, player_id)), '[]') FROM special
   WHERE a = (SELECT id FROM base WHERE iri = %(navigation)s)),
  (SELECT coalesce(json_agg(json_build_array(association_id, player_id)), '[]') FROM special
   WHERE a = (SELECT id FROM base WHERE iri = %(categorization)s)),
  (SELECT coalesce(json_agg(json_build_array(construct_id, reifier_id)), '[]') FROM stands),
  (SELECT coalesce(json_agg(json_build_array(id, topic_id, type_id, scope_id, datatype, value, title, file_name, lat, lon, NULL, NULL, NULL)
     ORDER BY id), '[]') FROM detail),
  (SELECT json_build_array(f.construct_id, f.kind, x.topic_id, x.label) FROM reification f
   LEFT JOIN LATERAL (
     SELECT n.topic_id, n.value AS label FROM name n WHERE f.kind = 'n' AND n.map_id = %(map_id)s AND n.id = f.construct_id
     UNION ALL
     SELECT o.topic_id, coalesce(o.title, left(o.value, 80)) FROM occurrence o
     WHERE f.kind = 'o' AND o.map_id = %(map_id)s AND o.id = f.construct_id
     UNION ALL
     SELECT NULL, y.label FROM association a JOIN topic y ON y.map_id = a.map_id AND y.id = a.type_id
     WHERE f.kind = 'a' AND a.map_id = %(map_id)s AND a.id = f.construct_id
   ) AS x ON true WHERE f.map_id = %(map_id)s AND f.reifier_id = (SELECT id FROM t)),
  (SELECT coalesce(json_agg(json_build_array(scope_id, topic_id)), '[]') FROM theme),
  (SELECT coalesce(json_object_agg(i.construct_id, substr(i.iri, {language_at})), '{{}}')
   FROM (SELECT DISTINCT topic_id AS id FROM theme) AS h
   JOIN identifier i ON i.map_id = %(map_id)s AND i.construct_id = h.id AND i.kind = 1 AND i.iri LIKE '{languages}%'),
  (SELECT coalesce(json_agg(json_build_array(scope_id, n)), '[]') FROM sample),
  (SELECT json_build_array(
    {uses},
    (SELECT count(*) FROM (SELECT FROM scope_theme x WHERE x.map_id = %(map_id)s AND x.topic_id = t.id LIMIT {counted} + 1) AS c)) FROM t),
  (SELECT coalesce(json_agg(topic_id), '[]') FROM mention),
  (SELECT count(*) FROM (SELECT FROM change_topic h WHERE h.map_id = %(map_id)s AND h.topic_id = (SELECT id FROM t) LIMIT 100) AS c),
  (SELECT coalesce(json_agg(json_build_array(construct_id, n)), '[]') FROM talk),
  (SELECT coalesce(json_agg(json_build_array(id, slug, name, type_id, is_hidden)), '[]') FROM signed)
)::text FROM t
"""

# What a topic is the type of is counted by a range that is one id long. Nearly all rows of a table share a few types, so that for `=` the
# planner expects to meet its thousand rows at once and reads the table from the start; for a topic that types nothing that is all of it.
_USES = ",\n    ".join(
    f"(SELECT count(*) FROM (SELECT FROM {table} x"  # noqa: S608 - names of this module
    f" WHERE x.map_id = %(map_id)s AND x.type_id BETWEEN t.id AND t.id LIMIT {COUNTED} + 1) AS c)"
    for table in ("topic_type", "name", "occurrence", "association", "role")
)

# The name by which an association is sorted into its group: that of the first other topic in it.
_OTHER_NAME = """(
         SELECT p.sort_key FROM role o JOIN topic p ON p.map_id = o.map_id AND p.id = o.player_id
         WHERE o.map_id = %(map_id)s AND o.association_id = r.association_id AND (o.type_id <> grp.b OR o.player_id <> (SELECT id FROM t))
         ORDER BY o.type_id, o.player_id LIMIT 1
       )"""


def _statement(*, with_context: bool) -> str:
    body = _BODY.format(
        groups=GROUPS,
        roles=ROLES,
        counted=COUNTED,
        uses=_USES,
        sorted=SORTED,
        other_name=_OTHER_NAME,
        sampled=SAMPLED,
        occurrences=OCCURRENCES,
        tags=TAGS,
        mentions=MENTIONS,
        languages=LANGUAGES,
        language_at=len(LANGUAGES) + 1,
        fits_role=_FITS_ROLE if with_context else "",
        fits_occurrence=_FITS_OCCURRENCE if with_context else "",
        context_ids=" UNION SELECT id FROM context" if with_context else "",
        context_list="(SELECT coalesce(json_agg(id), '[]') FROM context)" if with_context else "'[]'::json",
        best_name=best_name("r", _THEMES) if with_context else "r.label",
    )
    return _HEAD + (_CONTEXT if with_context else "") + body


EVERYTHING = Statement(_statement(with_context=False))
IN_CONTEXT = Statement(_statement(with_context=True))
