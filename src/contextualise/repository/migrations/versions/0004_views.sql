-- What the views over a whole map look for.

-- Eras that last into a stretch of time, and those without an end.
CREATE INDEX occurrence_era ON occurrence (map_id, t_to) WHERE t_to IS NOT NULL AND value LIKE '%/%';
CREATE INDEX occurrence_open ON occurrence (map_id, t_from) WHERE t_to IS NULL AND t_from IS NOT NULL;

-- Occurrences by what they are: contents, addresses, times, places, other values; word for word as in repository/reading/resources/kinds.py.
CREATE INDEX occurrence_by_kind ON occurrence (map_id, ((CASE WHEN sha256 IS NOT NULL THEN 1 WHEN datatype = 'http://www.w3.org/2001/XMLSchema#anyURI' THEN 2
  WHEN datatype IN ('http://id.loc.gov/datatypes/edtf/EDTF', 'http://www.w3.org/2001/XMLSchema#date', 'http://www.w3.org/2001/XMLSchema#dateTime', 'http://www.w3.org/2001/XMLSchema#gYear', 'http://www.w3.org/2001/XMLSchema#gYearMonth') THEN 3 WHEN datatype = 'https://www.rfc-editor.org/rfc/rfc5870' THEN 4 ELSE 5 END)), id);
CREATE INDEX occurrence_by_time ON occurrence (map_id, coalesce(t_from, t_to, 'Infinity'::double precision), id)
  WHERE (CASE WHEN sha256 IS NOT NULL THEN 1 WHEN datatype = 'http://www.w3.org/2001/XMLSchema#anyURI' THEN 2
  WHEN datatype IN ('http://id.loc.gov/datatypes/edtf/EDTF', 'http://www.w3.org/2001/XMLSchema#date', 'http://www.w3.org/2001/XMLSchema#dateTime', 'http://www.w3.org/2001/XMLSchema#gYear', 'http://www.w3.org/2001/XMLSchema#gYearMonth') THEN 3 WHEN datatype = 'https://www.rfc-editor.org/rfc/rfc5870' THEN 4 ELSE 5 END) = 3;
CREATE INDEX content_by_media_type ON content (map_id, media_type) WHERE html IS NULL;
