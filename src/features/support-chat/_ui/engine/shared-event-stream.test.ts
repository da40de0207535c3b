import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { EventSink } from './event-stream.ts';
import { shareEventStream } from './shared-event-stream.ts';

/** Node has the browser's locks and channels; only the connection itself is played here. */
class Server {
  readonly open = new Set<EventSink>();
  opened = 0;

  connect(sink: EventSink, mayHaveMissed: boolean): () => void {
    this.opened += 1;
    this.open.add(sink);
    sink.status('live');
    if (mayHaveMissed) sink.gap();
    return () => this.open.delete(sink);
  }

  send(data: string): void {
    for (const sink of this.open) sink.event('typing', data);
  }
}

let people = 0;
const stops = new Set<() => void>();
afterEach(() => {
  for (const stop of stops) stop();
  stops.clear();
});

function createTabs() {
  people += 1;
  const server = new Server();
  const person = `person-${people}`;
  const openTab = () => {
    const heard: string[] = [];
    const stop = shareEventStream(
      person,
      {
        event: (_name, data) => heard.push(data),
        // As the page takes it: the same status again is no news.
        status: (status) => heard.includes(status) || heard.push(status),
        gap: () => heard.push('gap'),
      },
      (sink, { mayHaveMissed }) => server.connect(sink, mayHaveMissed),
    );
    stops.add(stop);
    return {
      heard,
      close() {
        stops.delete(stop);
        stop();
      },
    };
  };
  return { server, openTab };
}

test('many tabs of a person have one stream, and each hears every event once', async () => {
  const { server, openTab } = createTabs();
  const tabs = [openTab(), openTab(), openTab()];
  await expect.poll(() => tabs.map(({ heard }) => heard)).toEqual([['live'], ['live'], ['live']]);
  expect(server.open.size).toBe(1);
  server.send('hello');
  await expect.poll(() => tabs.map(({ heard }) => heard.slice(1))).toEqual([['hello'], ['hello'], ['hello']]);
});

test('when the leader closes, another tab opens a stream and catches up with what was missed', async () => {
  const { server, openTab } = createTabs();
  const first = openTab();
  await expect.poll(() => first.heard).toEqual(['live']);
  const [second, third] = [openTab(), openTab()];
  await expect.poll(() => [second.heard, third.heard]).toEqual([['live'], ['live']]);
  first.close();
  await expect.poll(() => second.heard).toEqual(['live', 'gap']);
  await expect.poll(() => third.heard).toEqual(['live', 'gap']);
  expect(server.open.size).toBe(1);
  server.send('still here');
  await expect.poll(() => third.heard.at(-1)).toBe('still here');
  expect(first.heard).toEqual(['live']);
});

test('a tab that comes while the leader is frozen steals its lock', async () => {
  const { server, openTab } = createTabs();
  const name = `attache-events:person-${people}`;
  // It holds the lock and answers nobody.
  const stolen = navigator.locks.request(name, () => new Promise(() => {})).catch((error: Error) => error.name);
  const tab = openTab();
  await expect.poll(() => tab.heard).toEqual(['live', 'gap']);
  expect(await stolen).toBe('AbortError');
  expect(server.open.size).toBe(1);
});

test('tabs of two people in one browser share nothing', async () => {
  const [anna, boris] = [createTabs(), createTabs()];
  const [annas, boriss] = [anna.openTab(), boris.openTab()];
  await expect.poll(() => [annas.heard, boriss.heard]).toEqual([['live'], ['live']]);
  anna.server.send('for Anna');
  await expect.poll(() => annas.heard).toEqual(['live', 'for Anna']);
  await sleep(50);
  expect(boriss.heard).toEqual(['live']);
});
