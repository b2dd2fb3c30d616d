-- What content of every kind needs beyond texts: pictures in several sizes, words for those who do not see them, drafts, and what
-- tells when an object may go for good.

ALTER TABLE occurrence ADD COLUMN alt text;      -- what a picture or scene shows, in words; '' is decorative, NULL: nobody said yet

ALTER TABLE content
  ADD COLUMN width integer,                      -- of a picture, in pixels, as it is shown
  ADD COLUMN height integer,
  ADD COLUMN examined_at timestamptz,            -- when its renditions were made, or it was found that none can be
  ADD COLUMN problem text;                       -- why none can be, in words for a person

CREATE TABLE rendition (                         -- a smaller picture of a content: of a picture, or the poster of a film or scene
  map_id bigint NOT NULL,
  sha256 bytea NOT NULL,                         -- what it is made from; its object is maps/<map_id>/renditions/<sha256>-<width>
  width integer NOT NULL,                        -- pixels
  height integer NOT NULL,
  media_type text NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (map_id, sha256, width),
  FOREIGN KEY (map_id, sha256) REFERENCES content ON DELETE CASCADE
);

CREATE TABLE content_use (                       -- every content that an occurrence has or once had; while it is here, its object stays
  map_id bigint NOT NULL,
  sha256 bytea NOT NULL,
  occurrence_id bigint NOT NULL,                 -- no foreign key: it may lie in the trash
  PRIMARY KEY (map_id, sha256, occurrence_id),
  FOREIGN KEY (map_id, sha256) REFERENCES content ON DELETE CASCADE
);
CREATE INDEX content_use_of ON content_use (map_id, occurrence_id);
INSERT INTO content_use (map_id, sha256, occurrence_id)
SELECT map_id, sha256, id FROM occurrence WHERE sha256 IS NOT NULL
UNION
SELECT c.map_id, k.sha256, u.occurrence_id
FROM change c
CROSS JOIN LATERAL jsonb_array_elements(c.rows) AS e (entry)
CROSS JOIN LATERAL (VALUES (e.entry -> 'before'), (e.entry -> 'after')) AS i (image)
CROSS JOIN LATERAL (SELECT (i.image ->> 'id')::bigint AS occurrence_id, i.image ->> 'sha256' AS sha256) AS u
JOIN content k ON k.map_id = c.map_id AND '\x' || encode(k.sha256, 'hex') = u.sha256
WHERE e.entry ->> 'table' = 'occurrence';

CREATE TABLE draft (                             -- what somebody was writing and has not saved
  map_id bigint NOT NULL REFERENCES map ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
  place text NOT NULL,                           -- the form it was written in, as its address below the map's
  source text NOT NULL,
  base_sha256 bytea,                             -- the text that it started from
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (map_id, user_id, place)
);
CREATE INDEX draft_by_age ON draft (updated_at);

ALTER TABLE map ADD COLUMN note_count bigint NOT NULL DEFAULT 0; -- notes in the map's inbox: those of its base topic for notes
UPDATE map SET note_count = (
  SELECT count(*) FROM occurrence o
  JOIN identifier k ON k.map_id = o.map_id AND k.kind = 1 AND k.iri = 'urn:contextualise:base:note' AND k.construct_id = o.type_id
  JOIN identifier t ON t.map_id = o.map_id AND t.kind = 1 AND t.iri = 'urn:contextualise:base:notes' AND t.construct_id = o.topic_id
  WHERE o.map_id = map.id
);

CREATE INDEX change_by_person ON change (map_id, user_id, id);
CREATE INDEX change_of_person ON change (user_id, id);
