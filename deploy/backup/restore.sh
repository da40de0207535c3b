#!/bin/sh
# restore.sh FOLDER [DUMP]: the newest dump of FOLDER/database (or DUMP), and the files, into an empty database and an
# empty storage, which the settings name. Run `attache db:migrate` and the doctor afterwards; docs/backup.md.
set -eu
umask 077
[ $# -ge 1 ] && [ $# -le 2 ] || { echo "usage: restore.sh FOLDER [DUMP]" >&2; exit 2; }
. "$(dirname "$0")/storage.sh"
need pg_restore
need psql
folder=$(cd "$1" && pwd)
dump=${2:-$(ls "$folder"/database/*.dump 2>/dev/null | sort | tail -n 1)}
[ -f "$dump" ] || fail "no dump in $folder/database"
tables=$(psql --no-psqlrc --quiet --tuples-only --no-align --dbname="$DATABASE_URL" \
  --command="SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
[ "$tables" = 0 ] || fail "the database has $tables tables already: give an empty one, so that nothing is overwritten"
storage_is_empty || fail "the storage holds files already: give an empty one, or restore the database alone by pg_restore"

# Files first: the moment the database is there, everything it names is there too.
say "copying $(find "$folder/files" -type f | wc -l) files"
copy_to_storage "$folder/files"
say "restoring $dump"
pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname="$DATABASE_URL" "$dump"
say "done. Next: attache db:migrate; attache doctor:support-chat-attachments --verify-checksums"
