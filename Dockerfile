# Attaché in a container: Debian, Node as the lock file pins it, production dependencies, ffmpeg and fonts.
# docker build -t attache . ; tools/check-image.sh is meant to build and run the same file without a Docker daemon.

# --- ffmpeg: Debian's source with its security patches, without what previews never use. Debian's own package needs
# 450 MB of libraries (Mesa, LLVM, encoders, devices); this one is two programs that read files and write PNG and PCM.
FROM debian:bookworm-slim AS ffmpeg
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources \
 && apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      dpkg-dev gcc libc6-dev libdav1d-dev make nasm pkg-config zlib1g-dev
WORKDIR /build
RUN apt-get source -qq ffmpeg && mv ffmpeg-*/ source
WORKDIR /build/source
RUN ./configure --prefix=/usr --disable-autodetect --enable-zlib --enable-libdav1d --disable-network --disable-doc \
      --disable-debug --disable-avdevice --disable-postproc --disable-programs --enable-ffmpeg --enable-ffprobe \
      --disable-encoders --enable-encoder=png,pcm_s16le,rawvideo --disable-muxers --enable-muxer=image2,null,pcm_s16le,rawvideo \
      --disable-protocols --enable-protocol=file,pipe --disable-filters \
      --enable-filter=aformat,anull,aresample,atrim,format,fps,hflip,null,rotate,scale,setsar,transpose,trim,vflip \
 && make -s -j"$(nproc)" ffmpeg ffprobe \
 && install -D -t /out/usr/bin ffmpeg ffprobe \
 && install -D -m 644 -t /out/usr/share/doc/ffmpeg COPYING.LGPLv2.1 LICENSE.md debian/copyright

# --- the production folder: pages built, packages installed by the lock file, nothing of the development left
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY . .
RUN node_modules/.bin/node scripts/package.mjs --folder /out/srv/attache

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Attaché" \
      org.opencontainers.image.description="A self-hosted support chat whose attachments stay private" \
      org.opencontainers.image.licenses="MIT"
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      bubblewrap ca-certificates fonts-dejavu-core fonts-liberation libdav1d6 tini zlib1g \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
 && groupadd --system --gid 10001 attache \
 && useradd --system --uid 10001 --gid attache --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin attache \
 && install -d -o attache -g attache -m 700 /var/lib/attache
COPY --from=ffmpeg /out /
COPY --from=build /out /

# HOST: inside a container, the published port is the door. TMPDIR: previews are made there; give it a tmpfs.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/attache TMPDIR=/tmp
USER 10001:10001
WORKDIR /srv/attache
VOLUME ["/var/lib/attache"]
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["/srv/attache/node_modules/.bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# tini ends what previews leave behind and passes signals on.
ENTRYPOINT ["/usr/bin/tini", "--", "/srv/attache/bin/attache"]
CMD ["serve"]
