import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const DOCS = join(import.meta.dirname, '../docs');

/** A measured value with its target. */
export interface Figure {
  name: string;
  value: string;
  target: string;
  reached: boolean | null;
}

export interface Section {
  title: string;
  method: string;
  table: string[][];
  /** Bars of the plot, grouped; the first of a group is the reference. */
  bars?: { label: string; values: Record<string, number>; unit: string }[];
}

export function markdownTable([head = [], ...rows]: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function round(value: number, digits = 0): string {
  return value.toFixed(digits);
}

/** Writes `docs/NAME.md` and its plots. `command` reproduces the page. */
export async function writePage(
  { command, name }: { command: string; name: string },
  sections: readonly Section[],
  figures: readonly Figure[],
): Promise<void> {
  await mkdir(join(DOCS, 'benchmarks'), { recursive: true });
  const parts = [
    '# Benchmarks',
    '',
    `Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)}. ${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, ${round(totalmem() / 2 ** 30)} GiB, Node ${process.version}. Load and server share the machine, so read the ratios, not the absolute figures.`,
    '',
    markdownTable([
      ['claim', 'measured', 'target', 'reached'],
      ...figures.map((f) => [f.name, f.value, f.target, f.reached ? 'yes' : 'no']),
    ]),
  ];
  for (const section of sections) {
    parts.push('', `## ${section.title}`, '', section.method, '', markdownTable(section.table));
    if (!section.bars) continue;
    const file = `benchmarks/${name}-${section.title.toLowerCase().replaceAll(' ', '-')}.svg`;
    await writeFile(join(DOCS, file), barPlot(section.title, section.bars));
    parts.push('', `![${section.title}](${file})`);
  }
  await writeFile(join(DOCS, `${name}.md`), `${parts.join('\n')}\n`);
}

const COLOURS: Record<string, string> = { baseline: '#9aa5a0', attache: '#0b7a5b', nginx: '#c9a227' };

/** Horizontal bars, each group scaled to its longest: the plot shows ratios, the table the figures. */
export function barPlot(title: string, groups: NonNullable<Section['bars']>): string {
  const rows: string[] = [];
  let y = 44;
  for (const group of groups) {
    rows.push(`<text x="16" y="${y}" class="g">${group.label}</text>`);
    const longest = Math.max(...Object.values(group.values), 1e-9);
    for (const [name, value] of Object.entries(group.values)) {
      y += 20;
      const width = Math.max(2, (value / longest) * 380);
      rows.push(
        `<text x="32" y="${y + 4}">${name}</text><rect x="96" y="${y - 8}" width="${width.toFixed(1)}" height="14" rx="3" fill="${COLOURS[name] ?? '#555'}"/>` +
          `<text x="${(104 + width).toFixed(1)}" y="${y + 4}">${round(value, value < 10 ? 2 : 0)} ${group.unit}</text>`,
      );
    }
    y += 32;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="${y}" viewBox="0 0 640 ${y}" role="img" aria-label="${title}">
<style>text{font:12px system-ui,sans-serif;fill:#3b4540}.t{font-size:15px;font-weight:600}.g{font-weight:600}</style>
<rect width="640" height="${y}" fill="#fff"/><text x="16" y="22" class="t">${title}</text>
${rows.join('\n')}
</svg>
`;
}
