import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import type { ChatEvents } from '#features/support-chat/_api/types.ts';

type Name = keyof ChatEvents;
export interface ReceivedEvent<N extends Name = Name> {
  id: string;
  name: N;
  data: ChatEvents[N];
}

/** A server-sent event stream, read from the wire. */
export class EventStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly events: ReceivedEvent[] = [];
  /** Frames as received, without empty lines. */
  readonly frames: string[] = [];
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
  readonly close: () => void;
  heartbeats = 0;
  retryMs = 0;
  #taken = 0;

  constructor(answer: { status: number; headers: IncomingHttpHeaders; ended: Promise<void>; close: () => void }) {
    this.status = answer.status;
    this.headers = answer.headers;
    this.ended = answer.ended;
    this.close = answer.close;
  }

  /** The next event of this name, skipping others. @throws when none arrives within five seconds */
  async next<N extends Name>(name: N, fits: (data: ChatEvents[N]) => boolean = () => true): Promise<ReceivedEvent<N>> {
    const isWanted = (event: ReceivedEvent): event is ReceivedEvent<N> => event.name === name;
    for (const deadline = Date.now() + 5000; Date.now() < deadline; await new Promise((r) => setTimeout(r, 5))) {
      while (this.#taken < this.events.length) {
        const event = this.events[this.#taken++];
        if (event && isWanted(event) && fits(event.data)) return event;
      }
    }
    return expect.unreachable(`no ${name} came`);
  }

  take(frame: string): void {
    this.frames.push(frame);
    const fields = new Map(
      frame.split('\n').map((line) => [line.split(': ')[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
    );
    if (frame.startsWith(':')) this.heartbeats += 1;
    if (fields.has('retry')) this.retryMs = Number(fields.get('retry'));
    const name = fields.get('event');
    if (!name) return;
    // Names and payloads are what is under test; a wrong one fails the test's own expectation.
    this.events.push({ id: fields.get('id') ?? '', name: name as Name, data: JSON.parse(fields.get('data') ?? '') });
  }
}

/** Opens the event stream of a signed-in user. */
export function openEventStream(url: string, headers: Record<string, string>): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers, agent: false }, (response) => {
      const ended = new Promise<void>((done) => response.on('close', done));
      const close = () => void request.destroy();
      const stream = new EventStream({ status: response.statusCode ?? 0, headers: response.headers, ended, close });
      let rest = '';
      response.setEncoding('utf8');
      response.on('error', () => undefined);
      response.on('data', (chunk: string) => {
        const frames = (rest + chunk).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) stream.take(frame);
      });
      resolve(stream);
    });
    request.on('error', reject);
    request.end();
  });
}
