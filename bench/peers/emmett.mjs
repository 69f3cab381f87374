// Appends at Emmett's PostgreSQL event store, one event to a new stream each; takes jobs as bench/event_log/worker.py
// gives them: {"job": "append", "in_flight": n, "seconds": s} a line, answered by what was settled.

import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.argv[2]}/package.json`);
const { getPostgreSQLEventStore } = require("@event-driven-io/emmett-postgresql");
const pg = require("pg");

const pool = new pg.Pool({ connectionString: process.env.DSN, max: 64 });
const store = getPostgreSQLEventStore(process.env.DSN, { connectionOptions: { pool } });
const state = "a".repeat(Number(process.env.STATE_BYTES) - '{"state":""}'.length);
await store.schema.migrate();

async function append({ in_flight, seconds }) {
  const began = performance.now();
  let settled = 0;
  const keepAppending = async () => {
    while (performance.now() - began < seconds * 1000) {
      const event = { type: process.env.TOPIC, data: { state } };
      await store.appendToStream(`enterprise-${randomUUID()}`, [event], { expectedStreamVersion: "STREAM_DOES_NOT_EXIST" });
      settled += 1;
    }
  };
  await Promise.all(Array.from({ length: in_flight }, keepAppending));
  return { settled, appended: settled, per_second: settled / ((performance.now() - began) / 1000) };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await append(JSON.parse(line))));
}
await pool.end();
