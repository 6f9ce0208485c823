CREATE SCHEMA v0;
CREATE SCHEMA _internal;
CREATE SCHEMA _store;
-- A view of the documents of each model, made when the model comes.
CREATE SCHEMA model;

-- Where the feed goes on: one row. In one transaction with all rows that come from before it.
CREATE TABLE _store.place (form INTEGER NOT NULL, token VARCHAR);

CREATE TABLE _store.events (
  conclusion_event_order UBIGINT NOT NULL, stream_cid BLOB NOT NULL, stream_type UTINYINT NOT NULL,
  controller VARCHAR NOT NULL, model BLOB NOT NULL, context BLOB NOT NULL, "unique" BLOB NOT NULL,
  event_cid BLOB NOT NULL, event_type UTINYINT NOT NULL, data JSON, previous BLOB,
  before UBIGINT, chain_id VARCHAR);

CREATE TABLE _store.states (
  conclusion_event_order UBIGINT NOT NULL, event_state_order UBIGINT NOT NULL,
  stream_cid BLOB NOT NULL, stream_type UTINYINT NOT NULL,
  controller VARCHAR NOT NULL, model BLOB NOT NULL, context BLOB NOT NULL, "unique" BLOB NOT NULL,
  event_cid BLOB NOT NULL, event_type UTINYINT NOT NULL, event_height UINTEGER, data JSON,
  validation_errors VARCHAR[], before UBIGINT, chain_id VARCHAR, event_cid_partition INTEGER NOT NULL,
  event_key BIGINT NOT NULL);

CREATE TABLE _store.pending (
  conclusion_event_order UBIGINT NOT NULL, stream_cid BLOB NOT NULL, stream_type UTINYINT NOT NULL,
  controller VARCHAR NOT NULL, model BLOB NOT NULL, context BLOB NOT NULL, "unique" BLOB NOT NULL,
  event_cid BLOB NOT NULL, event_type UTINYINT NOT NULL, event_height UINTEGER, data JSON,
  patch JSON, model_version BLOB, before UBIGINT, chain_id VARCHAR, event_key BIGINT NOT NULL);

-- Events that no other follows, of streams of all types. The key is some bytes of the CID, to find it by.
CREATE TABLE _store.tips (
  stream_tip_order UBIGINT NOT NULL, stream_id VARCHAR NOT NULL, stream_cid BLOB NOT NULL,
  stream_type UINTEGER NOT NULL,
  controller VARCHAR NOT NULL, model BLOB NOT NULL, context BLOB NOT NULL, "unique" BLOB NOT NULL,
  event_key BIGINT NOT NULL, event_cid BLOB NOT NULL);

-- Where the feed of changes goes on: one row. In one transaction with the streams that were read for it.
CREATE TABLE _store.stream_place (token VARCHAR, highest UBIGINT NOT NULL);
INSERT INTO _store.stream_place VALUES (NULL, 0);

CREATE TABLE _store.streams (
  stream_state_order UBIGINT NOT NULL, stream_id VARCHAR NOT NULL, stream_cid BLOB NOT NULL,
  stream_key BIGINT NOT NULL, stream_type UINTEGER NOT NULL,
  controller VARCHAR NOT NULL, model BLOB NOT NULL, context BLOB NOT NULL, "unique" BLOB NOT NULL,
  event_cid BLOB NOT NULL, event_type UTINYINT NOT NULL, event_height UINTEGER NOT NULL, data JSON NOT NULL,
  before UBIGINT, chain_id VARCHAR, listed BOOLEAN NOT NULL);

-- Models that have a view, as they were seen.
CREATE TABLE _store.models (model_order BIGINT NOT NULL, stream_id VARCHAR NOT NULL, view_name VARCHAR NOT NULL);

-- Streams that have moved and could not be read then.
CREATE TABLE _store.owed (stream_id VARCHAR NOT NULL, stream_cid BLOB NOT NULL, stream_key BIGINT NOT NULL);

CREATE MACRO _store.dims(m, c, x, u) AS
  MAP {'model': m, 'controller': system.main.encode(c), 'context': x, 'unique': u};

CREATE VIEW v0.conclusion_events AS
SELECT conclusion_event_order, stream_cid, stream_type, controller,
  _store.dims(model, controller, context, "unique") AS dimensions,
  event_cid, event_type, data,
  CASE WHEN previous IS NOT NULL THEN [previous] END AS previous, before, chain_id
FROM _store.events;

CREATE VIEW v0.event_states AS
SELECT conclusion_event_order, event_state_order, stream_cid, stream_type, controller,
  _store.dims(model, controller, context, "unique") AS dimensions,
  event_cid, event_type, event_height, data, validation_errors, before, chain_id,
  event_cid_partition
FROM _store.states;

CREATE VIEW _internal.pending_event_states AS
SELECT conclusion_event_order, stream_cid, stream_type, controller,
  _store.dims(model, controller, context, "unique") AS dimensions,
  event_cid, event_type, event_height, data, patch, model_version, before, chain_id
FROM _store.pending;

-- A feed is read in pieces: each connection says which.
CREATE VIEW v0.conclusion_events_feed AS
SELECT * FROM v0.conclusion_events
WHERE conclusion_event_order > getvariable('feed_after')::UBIGINT
  AND conclusion_event_order <= getvariable('feed_to')::UBIGINT
ORDER BY conclusion_event_order;

CREATE VIEW v0.event_states_feed AS
SELECT * EXCLUDE (event_cid_partition) FROM v0.event_states
WHERE event_state_order > getvariable('feed_after')::UBIGINT
  AND event_state_order <= getvariable('feed_to')::UBIGINT
ORDER BY event_state_order;

CREATE VIEW v0.stream_tips AS
SELECT max(stream_tip_order) AS stream_tip_order, stream_id, stream_cid, stream_type, controller,
  _store.dims(model, controller, context, "unique") AS dimensions,
  list(event_cid ORDER BY stream_tip_order) AS tips
FROM _store.tips
GROUP BY stream_id, stream_cid, stream_type, controller, model, context, "unique";

CREATE VIEW v0.stream_states AS
SELECT stream_state_order, stream_id, stream_cid, stream_type, controller,
  _store.dims(model, controller, context, "unique") AS dimensions,
  event_cid, event_type, event_height, data, before, chain_id
FROM _store.streams;

CREATE VIEW v0.stream_states_feed AS
SELECT * FROM v0.stream_states
WHERE stream_state_order > getvariable('feed_after')::UBIGINT
  AND stream_state_order <= getvariable('feed_to')::UBIGINT
ORDER BY stream_state_order;

CREATE VIEW v0.tiles AS
SELECT stream_id, controller, data->'metadata'->>'schema' AS schema,
  data->'metadata'->>'family' AS family, data->'metadata'->'tags' AS tags,
  data->'content' AS content, event_cid, event_height, before, stream_state_order
FROM _store.streams WHERE stream_type = 0;

CREATE VIEW v0.links AS
SELECT stream_id, controller AS account, data->>'content' AS did,
  event_cid, event_height, before, stream_state_order
FROM _store.streams WHERE stream_type = 1;

CREATE VIEW v0.models AS
SELECT s.stream_id, m.view_name, data->'content'->>'name' AS name,
  data->'content'->>'version' AS version, data->'content'->>'description' AS description, controller,
  coalesce((data->'content'->'interface')::VARCHAR = 'true', false) AS interface,
  data->'content'->'implements' AS implements,
  data->'content'->'accountRelation' AS account_relation,
  data->'content'->'relations' AS relations, data->'content'->'views' AS views,
  data->'content'->'schema' AS schema, event_cid, event_height, before, stream_state_order
FROM _store.streams s LEFT JOIN _store.models m ON m.stream_id = s.stream_id
WHERE stream_type = 2;

-- What users of ceramic-one write and DuckDB does not know. Java's functions take no bytes, so hex.
CREATE MACRO v0.cid_string(b) AS kiln_cid(hex(b::BLOB));
CREATE MACRO v0.array_cid_string(l) AS list_transform(l, lambda b: kiln_cid(hex(b::BLOB)));
CREATE MACRO v0.stream_id_string(b) AS kiln_stream_id(hex(b::BLOB));
CREATE MACRO v0.array_stream_id_string(l) AS list_transform(l, lambda b: kiln_stream_id(hex(b::BLOB)));
CREATE MACRO v0.dimension_extract(m, k) AS m[k];
CREATE MACRO v0.array_element(l, i) AS l[i];
CREATE MACRO v0.encode(x) AS system.main.encode(x),
  (x, form) AS CASE form WHEN 'hex' THEN lower(hex(x::BLOB))
    WHEN 'base64' THEN rtrim(to_base64(x::BLOB), '=')
    ELSE error('encode knows hex and base64') END;
CREATE MACRO v0.decode(x) AS system.main.decode(x),
  (x, form) AS CASE form WHEN 'hex' THEN from_hex(x)
    WHEN 'base64' THEN from_base64(x || repeat('=', (4 - length(x) % 4) % 4))
    ELSE error('decode knows hex and base64') END;
-- A key is a key, whatever is in it; a number is a place in a list, from 0.
CREATE MACRO _store.at(j, k) AS json_extract(j, CASE WHEN typeof(k) = 'VARCHAR'
  THEN '$."' || replace(replace(k::VARCHAR, '\', '\\'), '"', '\"') || '"'
  ELSE '$[' || k::VARCHAR || ']' END);
CREATE MACRO _store.str(j) AS CASE json_type(j) WHEN 'VARCHAR' THEN j->>'$' END;
-- What does not fit is missing: one such document must not refuse all others.
CREATE MACRO _store.int(j) AS
  CASE WHEN json_type(j) IN ('BIGINT', 'UBIGINT') THEN TRY_CAST(j AS BIGINT) END;
CREATE MACRO _store.float(j) AS
  CASE WHEN json_type(j) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN j::DOUBLE END;
CREATE MACRO _store.bool(j) AS CASE json_type(j) WHEN 'BOOLEAN' THEN j::BOOLEAN END;
CREATE MACRO _store.json(j) AS j::VARCHAR;
CREATE MACRO _store.text(j) AS j->>'$';

CREATE MACRO v0.json_get_str(j, a) AS _store.str(_store.at(j, a)),
  (j, a, b) AS _store.str(_store.at(_store.at(j, a), b)),
  (j, a, b, c) AS _store.str(_store.at(_store.at(_store.at(j, a), b), c)),
  (j, a, b, c, d) AS _store.str(_store.at(_store.at(_store.at(_store.at(j, a), b), c), d));
CREATE MACRO v0.json_get_int(j, a) AS _store.int(_store.at(j, a)),
  (j, a, b) AS _store.int(_store.at(_store.at(j, a), b)),
  (j, a, b, c) AS _store.int(_store.at(_store.at(_store.at(j, a), b), c)),
  (j, a, b, c, d) AS _store.int(_store.at(_store.at(_store.at(_store.at(j, a), b), c), d));
CREATE MACRO v0.json_get_float(j, a) AS _store.float(_store.at(j, a)),
  (j, a, b) AS _store.float(_store.at(_store.at(j, a), b)),
  (j, a, b, c) AS _store.float(_store.at(_store.at(_store.at(j, a), b), c)),
  (j, a, b, c, d) AS _store.float(_store.at(_store.at(_store.at(_store.at(j, a), b), c), d));
CREATE MACRO v0.json_get_bool(j, a) AS _store.bool(_store.at(j, a)),
  (j, a, b) AS _store.bool(_store.at(_store.at(j, a), b)),
  (j, a, b, c) AS _store.bool(_store.at(_store.at(_store.at(j, a), b), c)),
  (j, a, b, c, d) AS _store.bool(_store.at(_store.at(_store.at(_store.at(j, a), b), c), d));
CREATE MACRO v0.json_get_json(j, a) AS _store.json(_store.at(j, a)),
  (j, a, b) AS _store.json(_store.at(_store.at(j, a), b)),
  (j, a, b, c) AS _store.json(_store.at(_store.at(_store.at(j, a), b), c)),
  (j, a, b, c, d) AS _store.json(_store.at(_store.at(_store.at(_store.at(j, a), b), c), d));
CREATE MACRO v0.json_as_text(j, a) AS _store.text(_store.at(j, a)),
  (j, a, b) AS _store.text(_store.at(_store.at(j, a), b)),
  (j, a, b, c) AS _store.text(_store.at(_store.at(_store.at(j, a), b), c)),
  (j, a, b, c, d) AS _store.text(_store.at(_store.at(_store.at(_store.at(j, a), b), c), d));
CREATE MACRO _store.size(j) AS CASE json_type(j)
  WHEN 'OBJECT' THEN len(json_keys(j)) WHEN 'ARRAY' THEN json_array_length(j) END;
CREATE MACRO v0.json_length(j) AS _store.size(j),
  (j, a) AS _store.size(_store.at(j, a)),
  (j, a, b) AS _store.size(_store.at(_store.at(j, a), b)),
  (j, a, b, c) AS _store.size(_store.at(_store.at(_store.at(j, a), b), c));
CREATE MACRO v0.json_contains(j, a) AS _store.at(j, a) IS NOT NULL,
  (j, a, b) AS _store.at(_store.at(j, a), b) IS NOT NULL,
  (j, a, b, c) AS _store.at(_store.at(_store.at(j, a), b), c) IS NOT NULL;
CREATE MACRO v0.json_get(j, a) AS _store.json(_store.at(j, a)),
  (j, a, b) AS _store.json(_store.at(_store.at(j, a), b)),
  (j, a, b, c) AS _store.json(_store.at(_store.at(_store.at(j, a), b), c));
CREATE MACRO v0.to_timestamp_seconds(s) AS make_timestamp(s::BIGINT * 1000000);
CREATE MACRO v0.empty(l) AS len(l) = 0;
CREATE MACRO v0.json_object_keys(j) AS json_keys(j);
