INSERT INTO pgbench_events (position, originator_id, originator_version, topic, state)
VALUES (nextval('pgbench_position'), gen_random_uuid(), 1, :topic, :state);
