#!/usr/bin/env bash
# DuckDB 2.0.1: ->> on a BLOB that holds JSON is NULL, without an error, and decode(x, 'hex') gives x back. Python with pip.
# ceramic-one hands out "data" as Binary, and users of its engine write data::varchar->>'title' and decode('ce01', 'hex'). Here ->> on the bytes
# finds nothing in every row, which looks like a filter that matches nothing; ::varchar writes each quotation mark as \x22, so that is no JSON; and
# decode gives a text of four letters, equal to no BLOB. JSON has to be kept as text and made binary on the way out; bytes are written X'CE01'.
. "$(dirname "$0")/lib/seen.sh"
pip_packages duckdb==2.0.1
python_says <<'PY'
import duckdb

duck = duckdb.connect()
for query in [
    """select '{"title":"a"}'::json ->> 'title'""",
    """select '{"title":"a"}'::blob ->> 'title'""",
    """select ('{"title":"a"}'::blob)::varchar ->> 'title'""",
    """select decode('ce01', 'hex'), typeof(decode('ce01', 'hex'))""",
    """select X'CE01', typeof(X'CE01')""",
]:
    try:
        print(query, "->", *duck.execute(query).fetchall()[0])
    except duckdb.Error as error:
        print(query, "->", str(error).split(".")[0])
PY
seen <<'OUT'
select '{"title":"a"}'::json ->> 'title' -> a
select '{"title":"a"}'::blob ->> 'title' -> None
select ('{"title":"a"}'::blob)::varchar ->> 'title' -> Invalid Input Error: Malformed JSON at byte 1 of input: unexpected character
select decode('ce01', 'hex'), typeof(decode('ce01', 'hex')) -> ce01 VARCHAR
select X'CE01', typeof(X'CE01') -> b'\xce\x01' BLOB
OUT
