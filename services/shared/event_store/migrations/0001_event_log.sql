-- The log of one service. {{events}} and its like stand for the tables of that log.

CREATE TABLE {{migrations}} (
    version integer PRIMARY KEY,
    subject text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- One row for each event, for ever. The position is the event's number in the log: 1, 2, 3 ..., without a hole.
CREATE TABLE {{events}} (
    position bigint PRIMARY KEY,
    originator_version bigint NOT NULL,
    originator_id {{id_type}} NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    UNIQUE (originator_id, originator_version)
) WITH (
    -- Nothing is ever updated or deleted: vacuum is only needed to freeze, and to keep index-only scans cheap.
    fillfactor = 100, autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.02
);

-- One row for each command that carried a request id: what was asked, which positions it got, and which record,
-- as it then stood, was the answer. A command without events has last_position = first_position - 1.
CREATE TABLE {{requests}} (
    request_id uuid PRIMARY KEY,
    digest bytea NOT NULL,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL,
    originator_id {{id_type}} NOT NULL,
    originator_version bigint NOT NULL
);

-- The counter from which positions are handed out. Whoever appends holds this row until the commit, which makes
-- the order of positions the order of commits.
CREATE TABLE {{position}} (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
INSERT INTO {{position}} (last) VALUES (0);

-- How far each upstream (another log, or this one for a view) has been followed.
CREATE TABLE {{tracking}} (
    application_name text PRIMARY KEY,
    notification_id bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE {{snapshots}} (
    originator_id {{id_type}} NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);

-- What has happened stays: not even the owner changes history by accident.
CREATE FUNCTION {{refuse_change}}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'events are immutable: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$body$;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {{events}}
    FOR EACH STATEMENT EXECUTE FUNCTION {{refuse_change}}();
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {{requests}}
    FOR EACH STATEMENT EXECUTE FUNCTION {{refuse_change}}();

-- Append a batch of commands in one transaction; the only way into the log.
--
-- The first five arrays have an element for each event: its aggregate, version, topic and state, and the number (from
-- 1) of its command. The others have an element for each command, or are NULL when no command has one: request id and
-- digest with the record that answers it, and an upstream with the position that has been followed.
--
-- Returns the position before the batch and, only where not every command could be appended, for each command its
-- positions and its outcome: 'appended'; 'repeated', with the positions of the first time; 'other request', 'tracked'
-- or 'conflict', refused; 'later', to be sent again, because an earlier command of the batch wants the same.
-- It inserts first and looks only after a failure: a look before each insert costs a third.
CREATE FUNCTION {{append}}(
    ids {{id_type}}[], versions bigint[], topics text[], states bytea[], commands integer[], sizes integer[],
    request_ids uuid[], digests bytea[], answer_ids {{id_type}}[], answer_versions bigint[],
    upstreams text[], followed bigint[],
    OUT before bigint, OUT outcomes text[], OUT firsts bigint[], OUT lasts bigint[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    moved integer;
BEGIN
    UPDATE {{position}} SET last = last + cardinality(ids) RETURNING last - cardinality(ids) INTO STRICT before;
    PERFORM pg_notify('{{channel}}', '');
    BEGIN
        INSERT INTO {{events}} (position, originator_id, originator_version, topic, state)
        SELECT before + e.n, e.id, e.version, e.topic, e.state
        FROM unnest(ids, versions, topics, states) WITH ORDINALITY AS e (id, version, topic, state, n);
        IF request_ids IS NOT NULL THEN
            INSERT INTO {{requests}} (request_id, digest, first_position, last_position, originator_id, originator_version)
            SELECT c.request_id, c.digest, before + c.ends - c.size + 1, before + c.ends, c.answer_id, c.answer_version
            FROM (
                SELECT *, sum(u.size) OVER (ORDER BY u.n) AS ends
                FROM unnest(sizes, request_ids, digests, answer_ids, answer_versions)
                    WITH ORDINALITY AS u (size, request_id, digest, answer_id, answer_version, n)
            ) AS c
            WHERE c.request_id IS NOT NULL;
        END IF;
        IF upstreams IS NOT NULL THEN
            INSERT INTO {{tracking}} AS t (application_name, notification_id)
            SELECT c.upstream, c.position FROM unnest(upstreams, followed) AS c (upstream, position)
            WHERE c.upstream IS NOT NULL
            ON CONFLICT (application_name) DO UPDATE SET notification_id = EXCLUDED.notification_id
            WHERE t.notification_id < EXCLUDED.notification_id;
            GET DIAGNOSTICS moved = ROW_COUNT;
            IF moved < cardinality(array_remove(upstreams, NULL)) THEN
                RAISE unique_violation;
            END IF;
        END IF;
        RETURN;
    EXCEPTION WHEN unique_violation OR cardinality_violation THEN
        NULL;  -- some command is in the way: find out which, and append the others
    END;

    -- In the way of what the log holds: nobody else can append now, so that what is found stays true.
    SELECT array_agg(
        CASE
            WHEN r.digest = c.digest THEN 'repeated'
            WHEN r.digest IS NOT NULL THEN 'other request'
            WHEN t.notification_id >= c.position THEN 'tracked'
            WHEN c.n IN (
                SELECT e.command FROM unnest(ids, versions, commands) AS e (id, version, command)
                JOIN {{events}} AS x ON x.originator_id = e.id AND x.originator_version = e.version
            ) THEN 'conflict'
            ELSE 'appended'
        END ORDER BY c.n
    ) INTO outcomes
    FROM unnest(sizes, request_ids, digests, upstreams, followed)
        WITH ORDINALITY AS c (size, request_id, digest, upstream, position, n)
    LEFT JOIN {{requests}} AS r ON r.request_id = c.request_id
    LEFT JOIN {{tracking}} AS t ON t.application_name = c.upstream;

    -- In the way of one another: the first goes, whoever wants the same has to see how that ends.
    SELECT array_agg(
        CASE WHEN o.n IN (
            SELECT r.command FROM (
                SELECT w.command, min(w.command) OVER (PARTITION BY w.want) AS first_command
                FROM (
                    SELECT e.command::bigint, concat('event ', e.id, ' ', e.version)
                    FROM unnest(ids, versions, commands) AS e (id, version, command)
                    UNION ALL
                    SELECT c.n, unnest(ARRAY['request ' || c.request_id, 'upstream ' || c.upstream])
                    FROM unnest(sizes, request_ids, upstreams) WITH ORDINALITY AS c (size, request_id, upstream, n)
                ) AS w (command, want)
                WHERE outcomes[w.command] = 'appended' AND w.want IS NOT NULL
            ) AS r
            WHERE r.command > r.first_command
        ) THEN 'later' ELSE o.outcome END ORDER BY o.n
    ) INTO outcomes
    FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, n);

    SELECT array_agg(coalesce(r.first_position, before + c.ends - c.size + 1) ORDER BY c.n),
           array_agg(coalesce(r.last_position, before + c.ends) ORDER BY c.n)
    INTO firsts, lasts
    FROM (
        SELECT u.n, u.size, u.request_id, sum(u.size) FILTER (WHERE u.outcome = 'appended') OVER (ORDER BY u.n) AS ends
        FROM unnest(sizes, outcomes, request_ids) WITH ORDINALITY AS u (size, outcome, request_id, n)
    ) AS c
    LEFT JOIN {{requests}} AS r ON r.request_id = c.request_id;

    INSERT INTO {{events}} (position, originator_id, originator_version, topic, state)
    SELECT before + row_number() OVER (ORDER BY e.n), e.id, e.version, e.topic, e.state
    FROM unnest(ids, versions, topics, states, commands) WITH ORDINALITY AS e (id, version, topic, state, command, n)
    WHERE outcomes[e.command] = 'appended';
    GET DIAGNOSTICS moved = ROW_COUNT;
    UPDATE {{position}} SET last = before + moved;

    INSERT INTO {{requests}} (request_id, digest, first_position, last_position, originator_id, originator_version)
    SELECT c.request_id, c.digest, firsts[c.n], lasts[c.n], c.answer_id, c.answer_version
    FROM unnest(request_ids, digests, answer_ids, answer_versions)
        WITH ORDINALITY AS c (request_id, digest, answer_id, answer_version, n)
    WHERE c.request_id IS NOT NULL AND outcomes[c.n] = 'appended';

    INSERT INTO {{tracking}} AS t (application_name, notification_id)
    SELECT c.upstream, c.position FROM unnest(upstreams, followed) WITH ORDINALITY AS c (upstream, position, n)
    WHERE c.upstream IS NOT NULL AND outcomes[c.n] = 'appended'
    ON CONFLICT (application_name) DO UPDATE SET notification_id = EXCLUDED.notification_id;
END
$body$;
REVOKE ALL ON FUNCTION {{append}} FROM PUBLIC;
