import type { ChatEventName, EventSink, LiveStatus, StreamOptions } from './event-stream.ts';

type OpenStream = (sink: EventSink, options: StreamOptions) => () => void;

/** What the tabs of one person tell each other. */
type Word =
  | { kind: 'event'; name: ChatEventName; data: string }
  | { kind: 'status'; status: LiveStatus }
  | { kind: 'gap' }
  /** "Who leads?", to be answered with the status. */
  | { kind: 'ask' };

/** How long a leading tab may take to answer another before it counts as frozen. */
const timeoutMs = 2_000;
const askEveryMs = 20_000;

/**
 * One stream for all tabs of a person: a browser keeps six connections to a server that speaks HTTP/1.1, and each open
 * stream holds one, so the seventh tab could not even load. The tab that holds a lock leads: it has the stream, and
 * tells the others what it hears. When it closes, the browser hands the lock to the next. A leader that was frozen in
 * the background (phones do that) keeps its lock and falls silent: a tab that is looked at asks, and takes over.
 *
 * Where the browser has no locks (plain HTTP outside of localhost), each tab has a stream of its own.
 */
export function shareEventStream(scope: string, sink: EventSink, open: OpenStream): () => void {
  if (typeof BroadcastChannel === 'undefined' || globalThis.navigator?.locks === undefined) {
    return open(sink, { mayHaveMissed: false });
  }
  const tab = new SharingTab(`attache-events:${scope}`, sink, open);
  return watchReturn(tab);
}

/** Asks for the leader whenever this tab comes back to the eyes or to the network, and now and then in between. */
function watchReturn(tab: SharingTab): () => void {
  const isSeen = () => globalThis.document?.visibilityState !== 'hidden';
  const ask = () => {
    if (isSeen()) tab.askForLeader();
  };
  const timer = setInterval(ask, askEveryMs);
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
  /** Set while this tab leads. */
  #stopLeading: (() => void) | null = null;
  /** Ends the waiting for the lock. */
  #queue = new AbortController();
  #silence: ReturnType<typeof setTimeout> | undefined;
  #hasFollowed = false;
  #hasLeft = false;

  constructor(name: string, sink: EventSink, open: OpenStream) {
    this.#name = name;
    this.#sink = sink;
    this.#open = open;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = (message) => this.#hear(message.data);
    void this.#wait();
  }

  askForLeader(): void {
    if (this.#stopLeading !== null || this.#silence !== undefined) return;
    this.#say({ kind: 'ask' });
    this.#silence = setTimeout(() => void this.#takeOver(), timeoutMs);
  }

  leave(): void {
    this.#hasLeft = true;
    this.#forgetSilence();
    this.#queue.abort();
    this.#stopLeading?.();
    this.#channel.close();
  }

  /** Stands in line for the lock: granted when the leading tab has gone. */
  async #wait(): Promise<void> {
    this.#queue = new AbortController();
    await this.#lead({ signal: this.#queue.signal });
  }

  async #takeOver(): Promise<void> {
    this.#silence = undefined;
    this.#queue.abort();
    this.#hasFollowed = true;
    await this.#lead({ steal: true });
  }

  /** Leads from the moment the lock is granted until this tab leaves or another takes the lock away. */
  async #lead(options: LockOptions): Promise<void> {
    const isOver = Promise.withResolvers<void>();
    let stopStream: (() => void) | null = null;
    const stop = () => {
      stopStream?.();
      stopStream = null;
      this.#stopLeading = null;
      isOver.resolve();
    };
    let isLockStolen = false;
    try {
      await navigator.locks.request(this.#name, options, async () => {
        if (this.#hasLeft) return;
        this.#forgetSilence();
        stopStream = this.#open(this.#loudSink(), { mayHaveMissed: this.#hasFollowed });
        this.#stopLeading = stop;
        await isOver.promise;
      });
    } catch {
      // Either the waiting was ended from here, or the lock was taken by a tab that thought this one frozen.
      isLockStolen = stopStream !== null;
    }
    if (!isLockStolen) return;
    stop();
    this.#hasFollowed = true;
    if (!this.#hasLeft) await this.#wait();
  }

  /** Tells this tab and the others. */
  #loudSink(): EventSink {
    return {
      event: (name, data) => {
        this.#sink.event(name, data);
        this.#say({ kind: 'event', name, data });
      },
      status: (status) => {
        this.#status = status;
        this.#sink.status(status);
        this.#say({ kind: 'status', status });
      },
      gap: () => {
        this.#sink.gap();
        this.#say({ kind: 'gap' });
      },
    };
  }

  #hear(word: Word): void {
    if (word.kind === 'ask') {
      if (this.#stopLeading !== null) this.#say({ kind: 'status', status: this.#status });
      return;
    }
    // A tab that has just been robbed may still say something.
    if (this.#stopLeading !== null) return;
    this.#forgetSilence();
    this.#hasFollowed = true;
    if (word.kind === 'event') this.#sink.event(word.name, word.data);
    else if (word.kind === 'status') this.#sink.status(word.status);
    else this.#sink.gap();
  }

  #say(word: Word): void {
    if (!this.#hasLeft) this.#channel.postMessage(word);
  }

  #forgetSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
  }
}
