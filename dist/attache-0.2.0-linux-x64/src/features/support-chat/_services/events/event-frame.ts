import type { ChatEvents } from '../../_api/dto/chat-dto.ts';

/** One event as text/event-stream has it (HTML Standard, 9.2). JSON has no line breaks, so `data` is one line. */
export function eventFrame<Name extends keyof ChatEvents>(name: Name, data: ChatEvents[Name], id?: bigint): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A comment: keeps proxies from taking a quiet stream for a dead one. */
export const HEARTBEAT_FRAME = ': heartbeat\n\n';

/** The first line of the first event: an empty line here would make an event of its own to a simple reader. */
export function retryFrame(retryMs: number): string {
  return `retry: ${retryMs}\n`;
}

/** The id a client saw last, from its `Last-Event-ID`; null when it is none of ours. */
export function parseLastEventId(header: string | undefined): bigint | null {
  return header !== undefined && /^\d{1,18}$/.test(header) ? BigInt(header) : null;
}
