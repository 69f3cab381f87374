-- Announcements that this service could not take in: one row for each stream and position at which it stopped.
-- A row without settled_at is a stream that stands still; the row stays as the record of what happened.
CREATE TABLE {{parked}} (
    stream text NOT NULL,
    position bigint NOT NULL,
    reason text NOT NULL,
    headers jsonb NOT NULL,
    payload bytea NOT NULL,
    trace text NOT NULL,
    tries integer NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    retry_wanted_at timestamptz,
    settled_at timestamptz,
    PRIMARY KEY (stream, position)
);
CREATE INDEX ON {{parked}} (stream) WHERE settled_at IS NULL;
