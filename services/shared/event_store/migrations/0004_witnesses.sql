-- Whether a checkpoint counts: where witnesses have to cosign, it is published only once enough of them did.
ALTER TABLE {{checkpoints}} ADD COLUMN counts boolean NOT NULL DEFAULT true;
CREATE INDEX ON {{checkpoints}} (size) WHERE counts;
