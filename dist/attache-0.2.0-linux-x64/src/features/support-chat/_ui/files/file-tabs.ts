import type { AttachmentKind } from '../../_api/dto/chat-dto.ts';

export type FileTab = 'image' | 'document' | 'video';

export const fileTabs: readonly FileTab[] = ['image', 'document', 'video'];

/** Every kind has its tab: no file that was sent may be missing here. */
const tabOfKind: Record<AttachmentKind, FileTab> = {
  image: 'image',
  video: 'video',
  audio: 'document',
  pdf: 'document',
  text: 'document',
  file: 'document',
};

const kinds: readonly AttachmentKind[] = ['image', 'video', 'audio', 'pdf', 'text', 'file'];

export function kindsOfTab(tab: FileTab): AttachmentKind[] {
  return kinds.filter((kind) => tabOfKind[kind] === tab);
}

export function isFileTab(value: string): value is FileTab {
  return fileTabs.some((tab) => tab === value);
}

/** All files of a conversation as one ZIP. */
export function archiveUrl(dialogId: string): string {
  return `/api/support-chat/dialogs/${encodeURIComponent(dialogId)}/archive`;
}
