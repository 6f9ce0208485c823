#!/usr/bin/env bash
# SQLite 3.54.1 (apsw 3.54.1.0) and DuckDB 2.0.1: the same JSON values in another order, and another idea of what is equal. Python with pip.
# SQLite sorts null, numbers by value with false and true as 0 and 1 among them, then texts; DuckDB sorts the JSON text, letter by letter, so 10 stands
# before 9 and a text's quotation mark before all. 1 and 1.0 are equal in SQLite and are not in DuckDB; true is 1 in SQLite.
# An index of documents on one engine and tables on the other page through the same documents differently unless both sort by a type and a
# value of their own making.
. "$(dirname "$0")/lib/seen.sh"
pip_packages duckdb==2.0.1 apsw==3.54.1.0
python_says <<'PY'
import json
import apsw
import duckdb

values = ["10", "9", "1", '"a"', '"10"', "null", "true", "false"]
sqlite = apsw.Connection(":memory:")
rows = sqlite.execute("select atom, type from json_each(?) order by atom", ("[" + ",".join(values) + "]",))
print("sqlite ", " ".join(kind if kind in ("null", "true", "false") else json.dumps(value) for value, kind in rows))
duck = duckdb.connect()
duck.execute("create table t (v json)")
duck.executemany("insert into t values (?)", [[value] for value in values])
print("duckdb ", " ".join(row[0] for row in duck.execute("select v from t order by v").fetchall()))
print("sqlite  1 = 1.0:", bool(sqlite.execute("select '[1]'->>0 = '[1.0]'->>0").fetchall()[0][0]))
print("duckdb  1 = 1.0:", duck.execute("select '1'::json = '1.0'::json").fetchall()[0][0])
print("sqlite  true = 1:", bool(sqlite.execute("select '[true]'->>0 = 1").fetchall()[0][0]))
PY
seen <<'OUT'
sqlite  null false 1 true 9 10 "10" "a"
duckdb  "10" "a" 1 10 9 false null true
sqlite  1 = 1.0: True
duckdb  1 = 1.0: False
sqlite  true = 1: True
OUT
