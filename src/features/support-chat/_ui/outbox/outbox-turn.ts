import type { Drafts } from './drafts.ts';
import type { OutboxEffect, OutboxState } from './outbox-events.ts';
import { findUploads, type Outgoing } from './outgoing.ts';
import { restartUpload, type Upload } from './upload.ts';

/** One step of the outbox while it is made: the state so far and the effects it asks for. */
export class OutboxTurn {
  state: OutboxState;
  readonly now: number;
  readonly effects: OutboxEffect[] = [];

  constructor(state: OutboxState, now: number) {
    this.state = state;
    this.now = now;
  }

  findUpload(id: string): Upload | undefined {
    return this.state.uploads.find((upload) => upload.id === id);
  }

  findOutgoing(id: string): Outgoing | undefined {
    return this.state.outgoing.find(({ clientMessageId }) => clientMessageId === id);
  }

  findDraftKey(uploadId: string): string | undefined {
    return Object.entries(this.state.drafts).find(([, { uploadIds }]) => uploadIds.includes(uploadId))?.[0];
  }

  /** Staged files whose message is not being sent this moment: those may be linked before the answer comes. */
  findRenewable(): { uploadId: string; attachmentId: string }[] {
    const leaving = this.state.outgoing.flatMap(({ status, uploadIds }) => (status === 'sending' ? uploadIds : []));
    return this.state.uploads.flatMap(({ id, status, attachment }) =>
      status === 'staged' && attachment && !leaving.includes(id) ? [{ uploadId: id, attachmentId: attachment.id }] : [],
    );
  }

  setOnline(isOnline: boolean): void {
    this.state = { ...this.state, isOnline };
  }

  setDrafts(drafts: Drafts): void {
    this.state = { ...this.state, drafts };
  }

  addUploads(uploads: readonly Upload[]): void {
    this.state = { ...this.state, uploads: [...this.state.uploads, ...uploads] };
  }

  changeUpload(id: string, change: (upload: Upload) => Upload): void {
    const uploads = this.state.uploads.map((upload) => (upload.id === id ? change(upload) : upload));
    this.state = { ...this.state, uploads };
  }

  dropUploads(ids: readonly string[]): void {
    this.state = { ...this.state, uploads: this.state.uploads.filter(({ id }) => !ids.includes(id)) };
  }

  startUpload(id: string): void {
    this.changeUpload(id, (upload) => {
      const started: Upload = { ...upload, status: 'uploading', problem: null, retryAt: null, bytesPerSecond: null };
      this.effects.push({ type: 'upload', upload: started });
      return started;
    });
  }

  /** The bytes travel again; what the server has of them is let go of, as it may lie in another conversation. */
  restartUpload(id: string): void {
    this.#stopUpload(id);
    this.changeUpload(id, restartUpload);
  }

  /** The person does not want the file any more. */
  giveUpUpload(id: string): void {
    this.#stopUpload(id);
    const url = this.findUpload(id)?.localUrl;
    if (url) this.effects.push({ type: 'revokeUrl', url });
    this.dropUploads([id]);
  }

  setOutgoing(outgoing: readonly Outgoing[]): void {
    this.state = { ...this.state, outgoing };
  }

  changeOutgoing(id: string, change: (item: Outgoing) => Outgoing): void {
    const message = this.findOutgoing(id);
    if (message) this.replaceOutgoing(id, [change(message)]);
  }

  replaceOutgoing(id: string, by: readonly Outgoing[]): void {
    this.setOutgoing(this.state.outgoing.flatMap((item) => (item.clientMessageId === id ? by : [item])));
  }

  dropOutgoing(id: string): void {
    this.replaceOutgoing(id, []);
  }

  startSending(message: Outgoing): void {
    this.changeOutgoing(message.clientMessageId, (item) => ({ ...item, status: 'sending', problem: null }));
    this.effects.push({ type: 'send', message, uploads: findUploads(message.uploadIds, this.state.uploads) });
  }

  #stopUpload(id: string): void {
    const upload = this.findUpload(id);
    if (upload?.status === 'uploading') this.effects.push({ type: 'abortUpload', uploadId: id });
    if (upload?.attachment) this.effects.push({ type: 'discardStaged', attachmentId: upload.attachment.id });
  }
}
