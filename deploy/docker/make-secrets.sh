#!/bin/sh
# Makes the secrets of docker-compose.yml in ./secrets, and changes none that is there.
set -eu
umask 022
mkdir -p secrets
# The folder keeps others out; the files must be readable by the users inside the containers.
chmod 700 secrets
random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
make() { [ -s "secrets/$1" ] || printf '%s\n' "$2" >"secrets/$1"; }
make database-password "$(random)"
make database-url "postgresql://attache:$(cat secrets/database-password)@db:5432/attache"
make auth-secret "$(random)"
make metrics-token "$(random)"
ls -l secrets
