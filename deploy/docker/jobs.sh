#!/bin/sh
# The operator's jobs in a container of their own, for machines without cron. A failed job is tried again at its next
# turn; a signal ends the wait, and a job under way finishes its batch first.
set -u
attache=$(dirname "$0")/../../bin/attache
trap 'kill "$child" 2>/dev/null; wait "$child" 2>/dev/null; exit 0' TERM INT
child=
run() { "$attache" "$@" & child=$!; wait "$child" || echo "$1 failed; the next turn tries again" >&2; }
hour=0
while :; do
  run cron:cleanup-support-chat-attachments
  [ $((hour % 24)) -eq 0 ] && run doctor:support-chat-attachments
  hour=$((hour + 1))
  sleep "${JOBS_INTERVAL_SECONDS:-3600}" & child=$!
  wait "$child"
done
