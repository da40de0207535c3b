import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { useServer } from '#tests/support/test-server.ts';
import { findOnPath } from '../../scripts/prepare/optional-parts.mjs';

const run = promisify(execFile);
const FOLDER = 'docs/observability';
const rules: { alert: string; expr: string }[] = parse(readFileSync(`${FOLDER}/alerts.yml`, 'utf8')).groups[0].rules;
const dashboard = JSON.parse(readFileSync(`${FOLDER}/grafana-dashboard.json`, 'utf8'));
const queries: string[] = dashboard.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
  targets.map(({ expr }) => expr),
);

describe('the alert rules and the dashboard', () => {
  const server = useServer();

  it('name only metrics that a server shows', async () => {
    const text = await (await server.anonymous().fetch('/api/metrics')).text();
    const shown = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const named = [...rules.map(({ expr }) => expr), ...queries].flatMap(
      (query) => query.match(/\b(attache|support_chat|process|nodejs)_[a-z0-9_]+/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(20);
    const unknown = named.map((name) => name.replace(/_(bucket|sum|count)$/, '')).filter((name) => !shown.has(name));
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('say for every alert what to do', () => {
    const guide = readFileSync(`${FOLDER}/README.md`, 'utf8');
    for (const { alert } of rules) expect(guide).toContain(`\`${alert}\``);
  });

  it.runIf(findOnPath('promtool'))('are understood by Prometheus, and fire when they should', async () => {
    await run('promtool', ['check', 'rules', `${FOLDER}/alerts.yml`]);
    await run('promtool', ['test', 'rules', `${FOLDER}/alerts.test.yml`]);
    const groups = [
      {
        name: 'dashboard',
        rules: queries.map((expr, index) => ({ record: `panel:${index}`, expr: withoutVariables(expr) })),
      },
    ];
    const folder = await mkdtemp(join(tmpdir(), 'attache-rules-'));
    const file = join(folder, 'panels.json');
    await writeFile(file, JSON.stringify({ groups }));
    const { stdout } = await run('promtool', ['check', 'rules', file]);
    await rm(folder, { recursive: true });
    expect(stdout).toContain(`${queries.length} rules found`);
  });
});

function withoutVariables(query: string): string {
  return query.replaceAll('$__rate_interval', '5m').replaceAll('$job', 'attache');
}
