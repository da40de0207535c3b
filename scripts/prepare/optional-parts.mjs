import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';

/** @typedef {{ name: string, title: string, remedy: string, isPresent: () => boolean }} OptionalPart */

/** Parts of the tests that need a program no package of npm's brings. @type {readonly OptionalPart[]} */
const OPTIONAL_PARTS = [
  {
    name: 'browser',
    title: 'browser tests',
    remedy: 'no Chromium: apt-get install chromium, or set CHROMIUM_PATH',
    isPresent: () => findChromium({ isWhole: true }) !== null,
  },
  {
    name: 'firefox',
    title: 'recordings in a second browser',
    remedy: 'no Firefox: apt-get install firefox-esr, or set FIREFOX_PATH',
    isPresent: () => findFirefox() !== null,
  },
  {
    name: 's3',
    title: 'S3 against a real server',
    remedy: "Ceph's gateway is absent: tools/start-radosgw.sh start installs it",
    isPresent: () => ['radosgw', 'ceph-mon', 'ceph-osd'].every(isOnPath),
  },
  {
    name: 'supabase',
    title: 'Supabase against a real server',
    remedy: 'SUPABASE_TEST_URL and SUPABASE_TEST_KEY are not set',
    isPresent: () => Boolean(env.SUPABASE_TEST_URL && env.SUPABASE_TEST_KEY),
  },
  {
    name: 'ffmpeg',
    title: 'video, audio and HEIC with real files',
    remedy: 'no ffmpeg: apt-get install ffmpeg',
    isPresent: () => isOnPath('ffmpeg'),
  },
  {
    name: 'nginx',
    title: 'a real nginx in front: TLS, several instances, X-Accel-Redirect',
    remedy: 'no nginx: apt-get install nginx-light',
    isPresent: () => isOnPath('nginx'),
  },
  {
    name: 'caddy',
    title: 'a real Caddy in front',
    remedy: 'no Caddy: apt-get install caddy',
    isPresent: () => isOnPath('caddy'),
  },
  {
    name: 'systemd',
    title: "systemd's own check of the units",
    remedy: 'no systemd-analyze: apt-get install systemd',
    isPresent: () => isOnPath('systemd-analyze'),
  },
  {
    name: 'promtool',
    title: "Prometheus' own check of the alert rules",
    remedy: 'no promtool: apt-get install prometheus',
    isPresent: () => isOnPath('promtool'),
  },
  {
    name: 'backup',
    title: 'backup and restore by the programs that operators use',
    remedy: 'no PostgreSQL server, rclone or restic: apt-get install postgresql rclone restic',
    isPresent: () => findDebianPostgres() !== null && ['rclone', 'restic'].every(isOnPath),
  },
  {
    name: 'redis',
    title: 'limits shared through Redis',
    remedy: 'no redis-server: apt-get install redis-server',
    isPresent: () => isOnPath('redis-server'),
  },
  {
    name: 'pgbouncer',
    title: 'behind a transaction pooler',
    remedy: 'no pgbouncer: apt-get install pgbouncer',
    isPresent: () => isOnPath('pgbouncer'),
  },
];

export function absentParts() {
  return OPTIONAL_PARTS.filter((part) => !part.isPresent());
}

/**
 * The Chromium to drive, or null.
 * @param {{ isWhole?: boolean }} [wish] whole: with the parts of a window that notifications need. Else Debian's headless
 * shell comes first, which does a third less work.
 */
export function findChromium({ isWhole = false } = {}) {
  const whole = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  return findBrowser(env.CHROMIUM_PATH, isWhole ? whole : ['chromium-headless-shell', ...whole]);
}

/** The Firefox to drive, or null. */
export function findFirefox() {
  return findBrowser(env.FIREFOX_PATH, ['firefox-esr', 'firefox']);
}

/** The folder of Debian's newest PostgreSQL server with its pg_dump, or null. */
export function findDebianPostgres() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((version) => join(root, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'postgres'))) ?? null;
}

/** @param {string | undefined} given @param {string[]} names @returns {string | null} */
function findBrowser(given, names) {
  if (given) return existsSync(given) ? given : null;
  return names.map(findOnPath).find((path) => path !== null) ?? null;
}

/** @param {string} program @returns {string | null} */
export function findOnPath(program) {
  // Debian keeps servers in /usr/sbin, which is not on everybody's path.
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const folder = folders.find((candidate) => candidate !== '' && existsSync(join(candidate, program)));
  return folder ? join(folder, program) : null;
}

/** @param {string} program */
function isOnPath(program) {
  return findOnPath(program) !== null;
}
