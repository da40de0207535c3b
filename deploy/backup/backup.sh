#!/bin/sh
# backup.sh FOLDER: database and attachments of a running Attaché into FOLDER. Settings come from the environment, as for
# the server. The same FOLDER again adds what is new, and keeps the last BACKUP_KEEP (7) dumps of the database.
# Needs pg_dump, at least as new as the server, and rclone for S3. docs/backup.md has the reasons for the order.
set -eu
umask 077
[ $# -eq 1 ] || { echo "usage: backup.sh FOLDER" >&2; exit 2; }
. "$(dirname "$0")/storage.sh"
need pg_dump
mkdir -p "$1/files" "$1/database"
folder=$(cd "$1" && pwd)
# One at a time; the lock goes with the process.
exec 9>"$folder/.lock"
flock -n 9 || fail "another backup writes to $folder"

# Files, database, files: what the database names was either there before or is there after, also when a file of a
# deleted message is cleaned up meanwhile. A file more than the database knows does no harm.
say "copying files"
copy_from_storage "$folder/files"
say "dumping the database"
name=$(date -u +%Y-%m-%dT%H-%M-%SZ).dump
pg_dump --format=custom --no-owner --no-privileges --file="$folder/database/$name.part" --dbname="$DATABASE_URL"
say "copying files that came meanwhile"
copy_from_storage "$folder/files"
# Only now does it count: an interrupted backup leaves no dump that a restore would take.
sync
mv "$folder/database/$name.part" "$folder/database/$name"
rm -f "$folder"/database/*.part
ls "$folder"/database/*.dump | sort -r | tail -n "+$((${BACKUP_KEEP:-7} + 1))" | while read -r old; do rm -f "$old"; done
say "done: $folder/database/$name, $(find "$folder/files" -type f | wc -l) files"
