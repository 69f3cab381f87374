-- The Merkle tree over the log, as tiles of up to 256 hashes: derived from the events, and made again at any time.
-- A row holds as many hashes of its tile as there are by now; how far the tree has come stands in the tracking.
CREATE TABLE {{tiles}} (
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
    index bigint NOT NULL,
    hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    PRIMARY KEY (level, index)
);
ALTER TABLE {{tiles}} ALTER hashes SET STORAGE EXTERNAL; -- hashes cannot be compressed

-- What this service has signed about its log: one row for each integration. Not derived: signatures cannot be made again
-- by whoever has not the key.
CREATE TABLE {{checkpoints}} (
    size bigint PRIMARY KEY,
    note bytea NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT now()
);
