import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const script = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations found by axe, one line each: impact, rule, the first elements. */
export async function findAxeProblems(page: Page): Promise<string[]> {
  await page.evaluate(script);
  return page.evaluate(async () => {
    const axe: {
      run(options: object): Promise<{
        violations: { id: string; impact: string | null; help: string; nodes: { target: unknown[]; html: string }[] }[];
      }>;
    } = Reflect.get(window, 'axe');
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    // An open menu is at the end of the document and belongs to its button (aria-controls), not to a landmark.
    const isMenuAlone = (places: unknown[][]) =>
      places.every(([selector]) => {
        const element = typeof selector === 'string' ? document.querySelector(selector) : null;
        return element?.closest('[role="menu"]') || element?.querySelector(':scope > [role="menu"]');
      });
    const meant = violations.filter(({ id, nodes }) => id !== 'region' || !isMenuAlone(nodes.map((n) => n.target)));
    return meant.map(({ id, impact, help, nodes }) => {
      const places = nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.html.slice(0, 120)}`);
      return `${impact} ${id}: ${help} (${nodes.length}) ${places.join(' | ')}`;
    });
  });
}
