import type { TestServer } from '#tests/support/test-server.ts';

interface KnownFile {
  url: string;
  content: string;
}

interface Page {
  items: { id: string; attachments: { id: string; url: string }[] }[];
}

/**
 * A customer who keeps sending and staff who keep reading, through whichever servers are running, as behind a load
 * balancer during a rolling deployment. Records every unexpected response.
 */
export class ChatTraffic {
  readonly failures: string[] = [];
  readonly files: KnownFile[];
  requests = 0;
  rounds = 0;
  readonly #dialogId: string;
  #servers: TestServer[] = [];
  #stopped = false;
  #running: Promise<void>[] = [];

  constructor(dialogId: string, files: KnownFile[]) {
    this.#dialogId = dialogId;
    this.files = [...files];
  }

  start(servers: TestServer[]): void {
    this.#servers = servers;
    this.#running = [this.#loop(() => this.#send()), this.#loop(() => this.#read())];
  }

  /** Switches to these servers and waits for some rounds; afterwards the others may be closed. */
  async use(servers: TestServer[], rounds = 6): Promise<void> {
    this.#servers = servers;
    // Requests in flight at the switch may still go to the old servers.
    const target = this.rounds + rounds + this.#running.length;
    while (this.rounds < target && this.failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #loop(round: () => Promise<void>): Promise<void> {
    // The first failure decides the test; continuing would only hide it.
    while (!this.#stopped && this.failures.length === 0) {
      try {
        await round();
      } catch (error) {
        this.failures.push(String(error));
      }
      this.rounds++;
    }
  }

  async #send(): Promise<void> {
    const content = `file ${this.rounds} of ${Math.random()}`;
    const staged = await (await this.#pick().as('anna')).upload({
      bytes: content,
      name: 'a.txt',
      dialogId: this.#dialogId,
    });
    const { message } = await (await this.#pick().as('anna')).mutate<{ message: Page['items'][0] }>(
      'supportChat.sendMessage',
      {
        dialogId: this.#dialogId,
        text: 'Here it is',
        attachments: [{ attachmentId: staged.id }],
      },
    );
    this.requests += 2;
    if (message.attachments[0]?.id !== staged.id) this.failures.push('sent without its file');
    this.files.push({ url: staged.url, content });
    const page = await (await this.#pick().as('sofia')).query<Page>('supportChat.userGetMessages', {
      dialogId: this.#dialogId,
    });
    this.requests++;
    const shown = page.items.find(({ id }) => id === message.id);
    if (shown?.attachments[0]?.id !== staged.id) this.failures.push('the other side does not see the file');
  }

  async #read(): Promise<void> {
    const file = this.files[Math.floor(Math.random() * this.files.length)];
    // Nothing was sent yet; without a pause this loop would block everything else.
    if (!file) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return;
    }
    const opened = await (await this.#pick().as('sofia')).fetch(file.url);
    const text = await opened.text();
    if (opened.status !== 200 || text !== file.content)
      this.failures.push(`read ${opened.status}: ${text.slice(0, 80)}`);
    const etag = opened.headers.get('etag') ?? '';
    const again = await (await this.#pick().as('anna')).fetch(file.url, { headers: { 'if-none-match': etag } });
    await again.arrayBuffer();
    if (again.status !== 304)
      this.failures.push(`reopened ${again.status}, ${etag} became ${again.headers.get('etag')}`);
    this.requests += 2;
  }

  #pick(): TestServer {
    const server = this.#servers[Math.floor(Math.random() * this.#servers.length)];
    if (!server) throw new Error('no server is live');
    return server;
  }
}
