import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('an interrupted step has ended before the start that ran it does', async () => {
  const done = join(mkdtempSync(join(tmpdir(), 'attache-step-')), 'done');
  const step = `trap 'sleep 0.5; touch "${done}"; exit 1' TERM; while :; do sleep 0.1; done`;
  const program = `import { runStep } from ${JSON.stringify(join(import.meta.dirname, 'run-step.mjs'))};
    await runStep('Working', 'sh', ['-c', ${JSON.stringify(step)}], { cwd: '/', env: { PATH: '/usr/bin:/bin' } });`;
  const start = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(start.stdout, 'data');
  // The shell needs a moment to set its trap.
  await new Promise((resolve) => setTimeout(resolve, 500));
  start.kill('SIGTERM');
  const [code] = await once(start, 'exit');
  expect([code, existsSync(done)]).toEqual([143, true]);
});
