#!/bin/bash
# Builds the Dockerfile and runs its image without a Docker daemon: buildah, in chroots, on base images made of Debian's
# packages. Then tools/check-image.ts measures the image and runs it read-only as a stranger. As root, on Debian.
#   tools/check-image.sh [FOLDER]     FOLDER keeps the layers for the next run (default: a temporary one)
# Not the same as docker build: the base images are made here (the npm of the build stage is this machine's, its Node is
# the one of the lock file), and there is no seccomp profile and no cgroup around the processes.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in buildah mmdebstrap unshare; do
  command -v "$program" >/dev/null || { echo "$program is absent: apt-get install buildah mmdebstrap util-linux" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "as root, please: chroots and mounts" >&2; exit 1; }
folder=${1:-$(mktemp -d /tmp/attache-image.XXXXXX)}
mkdir -p "$folder"
[ $# -gt 0 ] || trap 'build umount --all >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT

cat >"$folder/policy.json" <<'P'
{ "default": [{ "type": "insecureAcceptAnything" }] }
P
cat >"$folder/registries.conf" <<'R'
unqualified-search-registries = ["docker.io"]
short-name-mode = "permissive"
R
export CONTAINERS_REGISTRIES_CONF=$folder/registries.conf BUILDAH_ISOLATION=chroot
build() { buildah --root "$folder/store" --runroot "$folder/run" --storage-driver "${STORAGE_DRIVER:-overlay}" "$@"; }
exists() { build inspect --type image "$1" >/dev/null 2>&1; }

debian=docker.io/library/debian:bookworm-slim
if ! exists "$debian"; then
  echo "== base image of Debian's packages"
  # As debian:bookworm-slim: no documents and no translations.
  without=('/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/info/*' '/usr/share/lintian/*')
  sources='printf "Types: deb\nURIs: http://deb.debian.org/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\nTypes: deb\nURIs: http://deb.debian.org/debian-security\nSuites: bookworm-security\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n" >"$1/etc/apt/sources.list.d/debian.sources"; rm -f "$1/etc/apt/sources.list"'
  mmdebstrap --quiet --mode=root --variant=minbase "${without[@]/#/--dpkgopt=path-exclude=}" \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' --customize-hook="$sources" \
    --customize-hook='rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/var/log/*' \
    bookworm "$folder/debian.tar" http://deb.debian.org/debian
  container=$(build from scratch)
  build add -q "$container" "$folder/debian.tar" /
  build config --cmd bash "$container"
  build commit -q --rm "$container" "$debian"
  rm "$folder/debian.tar"
fi
node=docker.io/library/node:24-bookworm-slim
if ! exists "$node"; then
  echo "== base image with Node and npm"
  container=$(build from --pull-never "$debian")
  build copy -q "$container" node_modules/.bin/node /usr/local/bin/node
  build copy -q "$container" "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" /usr/local/lib/node_modules/npm
  build run "$container" -- ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
  # What this machine trusts, should its way to the registry need it; in this stage only.
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    build copy -q "$container" "$NODE_EXTRA_CA_CERTS" /usr/local/share/authorities.crt
    build config --env NODE_EXTRA_CA_CERTS=/usr/local/share/authorities.crt "$container"
  fi
  build commit -q --rm "$container" "$node"
fi

echo "== docker build"
build bud --pull-never --layers --quiet --signature-policy "$folder/policy.json" -t localhost/attache:check -f Dockerfile . >"$folder/build.log" 2>&1 \
  || { tail -n 40 "$folder/build.log"; exit 1; }
echo "== run"
container=$(build from --pull-never localhost/attache:check)
root=$(build mount "$container")
build inspect --type image localhost/attache:check >"$folder/image.json"
status=0
node_modules/.bin/node --import ./scripts/prepare/runtime.mjs tools/check-image.ts "$root" "$folder/image.json" || status=$?
build umount "$container" >/dev/null
build rm "$container" >/dev/null
exit "$status"
