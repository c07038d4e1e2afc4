#!/usr/bin/env bash
# Opens a message store with another build of SQLCipher 4 (a Python wheel) and the SQL on standard input; prints the
# library's version, the number of messages, their payloads and "sound", or the library's error.
set -euo pipefail
python=$("$(dirname "$0")/../../../scripts/python-env.sh")/bin/python
exec "$python" -c '
import sys
import sqlcipher3

connection = sqlcipher3.connect(sys.argv[1])
print(connection.execute("PRAGMA cipher_version").fetchone()[0])
try:
    for statement in sys.stdin.read().split(";\n"):
        connection.execute(statement)
    print(connection.execute("SELECT count(*) FROM messages").fetchone()[0])
    for (payload,) in connection.execute("SELECT DISTINCT payload FROM messages"):
        print(payload.decode())
    damaged = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    print(damaged or "sound")
except sqlcipher3.DatabaseError as error:
    print(error)
' "$@"
