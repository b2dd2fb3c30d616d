-- Search reads the tables themselves through indexes over their words: there is no second copy that could differ from them, imports by
-- COPY need no step of their own, and an undo needs none either (see docs/decisions/16-search.md).

-- Words of any language, without case and accents. Forms of a word are the business of the query, which knows the map's languages.
CREATE TEXT SEARCH CONFIGURATION words (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION words
  ALTER MAPPING FOR word, numword, hword, hword_part, hword_numpart, numhword WITH unaccent, simple;

-- Punctuation only divides words: without this, "and/or" would be a file, "mother-in-law" a word of its own and "a.b" a host. It is no
-- plain SQL so that the planner knows what it costs: put in line, it seems so cheap that a table is read through rather than its index.
CREATE FUNCTION search_words(source text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $function$
BEGIN
  RETURN to_tsvector('public.words'::regconfig,
    translate(source, $$!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~–—‐‑…“”„‘’‚«»‹›·¿¡$$, '                                                  '));
END
$function$;

-- What an occurrence says by itself: a value, or the title, description and file name of content. The words of texts are the content's.
CREATE FUNCTION search_said(title text, alt text, file_name text, value text, sha256 bytea) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(title, '') || ' ' || coalesce(alt, '') || ' ' || coalesce(file_name, '')
  || CASE WHEN sha256 IS NULL THEN ' ' || left(value, 20000) ELSE '' END;

CREATE INDEX name_words ON name USING gin (map_id, search_words(key));
CREATE INDEX variant_words ON variant USING gin (map_id, search_words(left(value, 2000)));
CREATE INDEX occurrence_words ON occurrence USING gin (map_id, search_words(search_said(title, alt, file_name, value, sha256)))
  WHERE sha256 IS NULL OR title IS NOT NULL OR alt IS NOT NULL OR file_name IS NOT NULL;
CREATE INDEX content_words ON content USING gin (map_id, search_words(left(plain, 200000))) WHERE plain IS NOT NULL;
