import type { ChatEventName, EventSink, LiveStatus, StreamOptions } from './event-stream.ts';

type OpenStream = (sink: EventSink, options: StreamOptions) => () => void;

/** What the tabs of one person tell each other. */
type Message =
  | { kind: 'event'; name: ChatEventName; data: string }
  | { kind: 'status'; status: LiveStatus }
  | { kind: 'gap' }
  /** Asks whether the leader is alive; it answers with its status. */
  | { kind: 'heartbeat' };

/** A leader that has not answered a heartbeat by then counts as frozen. */
const heartbeatTimeoutMs = 2_000;
const heartbeatEveryMs = 20_000;

/**
 * One stream for all tabs of a person: a browser keeps six connections to a server that speaks HTTP/1.1, and each open
 * stream holds one, so the seventh tab could not even load. The tab that holds a lock is the leader: it has the stream
 * and posts every event to the others. When it closes, the browser hands the lock to the next. A leader that was frozen
 * in the background (phones do that) keeps its lock and falls silent: a visible tab asks for a heartbeat, and steals the
 * lock when none comes.
 *
 * Where the browser has no locks (plain HTTP outside of localhost), each tab has a stream of its own.
 */
export function shareEventStream(scope: string, sink: EventSink, open: OpenStream): () => void {
  if (typeof BroadcastChannel === 'undefined' || globalThis.navigator?.locks === undefined) {
    return open(sink, { mayHaveMissed: false });
  }
  const tab = new SharingTab(`attache-events:${scope}`, sink, open);
  return watchLeader(tab);
}

/** Asks for a heartbeat when this tab becomes visible or the network returns, and now and then in between. */
function watchLeader(tab: SharingTab): () => void {
  const ask = () => {
    if (globalThis.document?.visibilityState !== 'hidden') tab.askForHeartbeat();
  };
  const timer = setInterval(ask, heartbeatEveryMs);
  const page: EventTarget | undefined = globalThis.document;
  const tabWindow: EventTarget | undefined = globalThis.window;
  page?.addEventListener('visibilitychange', ask);
  tabWindow?.addEventListener('online', ask);
  ask();
  return () => {
    clearInterval(timer);
    page?.removeEventListener('visibilitychange', ask);
    tabWindow?.removeEventListener('online', ask);
    tab.leave();
  };
}

class SharingTab {
  readonly #name: string;
  readonly #sink: EventSink;
  readonly #open: OpenStream;
  readonly #channel: BroadcastChannel;
  #status: LiveStatus = 'connecting';
  #isLeader = false;
  #stopLeading = () => {};
  /** Ends the waiting for the lock. */
  #queue = new AbortController();
  #timeout: ReturnType<typeof setTimeout> | undefined;
  #hasFollowed = false;
  #hasLeft = false;

  constructor(name: string, sink: EventSink, open: OpenStream) {
    this.#name = name;
    this.#sink = sink;
    this.#open = open;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = (event) => this.#onMessage(event.data);
    void this.#waitForLock();
  }

  askForHeartbeat(): void {
    if (this.#isLeader || this.#timeout !== undefined) return;
    this.#post({ kind: 'heartbeat' });
    this.#timeout = setTimeout(() => void this.#stealLock(), heartbeatTimeoutMs);
  }

  leave(): void {
    this.#hasLeft = true;
    this.#clearTimeout();
    this.#queue.abort();
    this.#stopLeading();
    this.#channel.close();
  }

  /** Granted when the leader has closed. */
  async #waitForLock(): Promise<void> {
    this.#queue = new AbortController();
    await this.#lead({ signal: this.#queue.signal });
  }

  async #stealLock(): Promise<void> {
    this.#timeout = undefined;
    this.#queue.abort();
    this.#hasFollowed = true;
    await this.#lead({ steal: true });
  }

  /** Leads from the moment the lock is granted until this tab leaves or another steals the lock. */
  async #lead(options: LockOptions): Promise<void> {
    const isOver = Promise.withResolvers<void>();
    let isGranted = false;
    let lockStolen = false;
    try {
      await navigator.locks.request(this.#name, options, async () => {
        if (this.#hasLeft) return;
        this.#clearTimeout();
        isGranted = true;
        this.#isLeader = true;
        const stopStream = this.#open(this.#postingSink(), { mayHaveMissed: this.#hasFollowed });
        this.#stopLeading = () => {
          this.#isLeader = false;
          stopStream();
          isOver.resolve();
        };
        await isOver.promise;
      });
    } catch {
      // Either the waiting was ended from here, or the lock was stolen by a tab that thought this one frozen.
      lockStolen = isGranted;
    }
    if (!lockStolen) return;
    this.#stopLeading();
    this.#hasFollowed = true;
    if (!this.#hasLeft) await this.#waitForLock();
  }

  /** Tells this tab and the others. */
  #postingSink(): EventSink {
    return {
      event: (name, data) => {
        this.#sink.event(name, data);
        this.#post({ kind: 'event', name, data });
      },
      status: (status) => {
        this.#status = status;
        this.#sink.status(status);
        this.#post({ kind: 'status', status });
      },
      gap: () => {
        this.#sink.gap();
        this.#post({ kind: 'gap' });
      },
    };
  }

  #onMessage(message: Message): void {
    // What a former leader still posts while its lock is being stolen is not for the new one.
    if (this.#isLeader) {
      if (message.kind === 'heartbeat') this.#post({ kind: 'status', status: this.#status });
      return;
    }
    if (message.kind === 'heartbeat') return;
    this.#clearTimeout();
    this.#hasFollowed = true;
    if (message.kind === 'event') this.#sink.event(message.name, message.data);
    else if (message.kind === 'status') this.#sink.status(message.status);
    else this.#sink.gap();
  }

  #post(message: Message): void {
    if (!this.#hasLeft) this.#channel.postMessage(message);
  }

  #clearTimeout(): void {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
  }
}
