-- Announcements that this service could not take in: one row for each time a stream came to stand still.
-- Without settled_at the stream stands there now, and it can stand at one only; afterwards the row stays, unchanged,
-- as the record of what happened: the announcement was taken in at last or, where skipped_by says who so decided,
-- passed over.
CREATE TABLE {{parked}} (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
    skipped_by text CHECK (btrim(skipped_by) <> '' AND length(skipped_by) <= 200),
    skip_reason text CHECK (btrim(skip_reason) <> ''),
    CHECK ((skipped_by IS NULL) = (skip_reason IS NULL)),
    CHECK (skipped_by IS NULL OR settled_at IS NOT NULL)
);
CREATE UNIQUE INDEX ON {{parked}} (stream) WHERE settled_at IS NULL;
CREATE TRIGGER settled BEFORE UPDATE OR DELETE ON {{parked}}
    FOR EACH ROW WHEN (OLD.settled_at IS NOT NULL) EXECUTE FUNCTION {{refuse_change}}();
