# Read by backup.sh and restore.sh: copies the attachments between the storage of the settings and a folder.
# Objects are never changed once they are written, so a copy only adds what it lacks.

# Secrets may stand in files, as everywhere: X_FILE instead of X.
for name in DATABASE_URL S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY; do
  eval "file=\${${name}_FILE:-}"
  if [ -n "$file" ]; then eval "$name=\$(cat \"\$file\")"; fi
done
: "${DATABASE_URL:?set DATABASE_URL or DATABASE_URL_FILE}"

say() { printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*" >&2; }
fail() { say "$*"; exit 1; }
need() { command -v "$1" >/dev/null || fail "$1 is not installed"; }

case ${STORAGE_DRIVER:-local} in
  local)
    storage_dir=${STORAGE_LOCAL_DIR:-${DATA_DIR:-.data}/storage}
    # Hidden folders at the top hold uploads under way.
    copy_from_storage() { [ ! -d "$storage_dir" ] || copy_folder "$storage_dir" "$1"; }
    copy_to_storage() { mkdir -p "$storage_dir"; copy_folder "$1" "$(cd "$storage_dir" && pwd)"; }
    storage_is_empty() { [ -z "$(find "$storage_dir" -mindepth 1 -type f -not -path '*/.*' -print -quit 2>/dev/null)" ]; }
    copy_folder() { (cd "$1" && for entry in *; do [ ! -e "$entry" ] || cp -a -u "$entry" "$2/"; done); }
    ;;
  s3)
    need rclone
    : "${S3_ENDPOINT:?}" "${S3_REGION:?}" "${S3_ACCESS_KEY_ID:?}" "${S3_SECRET_ACCESS_KEY:?}" "${S3_PRIVATE_BUCKET:?}"
    export RCLONE_CONFIG_FILES_TYPE=s3 RCLONE_CONFIG_FILES_PROVIDER=Other RCLONE_CONFIG_FILES_NO_CHECK_BUCKET=true
    export RCLONE_CONFIG_FILES_ENDPOINT="$S3_ENDPOINT" RCLONE_CONFIG_FILES_REGION="$S3_REGION"
    export RCLONE_CONFIG_FILES_ACCESS_KEY_ID="$S3_ACCESS_KEY_ID" RCLONE_CONFIG_FILES_SECRET_ACCESS_KEY="$S3_SECRET_ACCESS_KEY"
    export RCLONE_CONFIG_FILES_FORCE_PATH_STYLE="${S3_FORCE_PATH_STYLE:-false}"
    bucket=files:$S3_PRIVATE_BUCKET
    copy() { rclone copy --config /dev/null --ignore-existing --transfers 8 --checkers 16 --retries 3 --stats 1m "$1" "$2"; }
    copy_from_storage() { copy "$bucket" "$1"; }
    copy_to_storage() { copy "$1" "$bucket"; }
    storage_is_empty() { [ -z "$(rclone lsf --config /dev/null --recursive --files-only --max-depth 8 "$bucket" | head -n 1)" ]; }
    ;;
  *) fail "STORAGE_DRIVER=$STORAGE_DRIVER: these scripts know local and s3 (Supabase has an S3 address too)" ;;
esac
