SELECT write_message(gen_random_uuid()::varchar, 'enterprise-' || gen_random_uuid(), :type, :data, NULL, -1);
