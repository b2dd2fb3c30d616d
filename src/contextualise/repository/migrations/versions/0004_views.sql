-- What the views over a whole map look for: eras that last into a stretch of time, and those without an end.

CREATE INDEX occurrence_era ON occurrence (map_id, t_to) WHERE t_to IS NOT NULL AND value LIKE '%/%';
CREATE INDEX occurrence_open ON occurrence (map_id, t_from) WHERE t_to IS NULL AND t_from IS NOT NULL;
