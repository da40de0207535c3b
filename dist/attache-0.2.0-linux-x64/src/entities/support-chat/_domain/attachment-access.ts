/** `view`: shown in a page, `download`: saved. */
export type AccessAction = 'view' | 'download';

export interface AttachmentAccess {
  attachmentId: string;
  dialogId: string;
  userId: string;
  action: AccessAction;
  at: Date;
}

/** One line of the record, with the names of today. */
export interface AccessLine extends AttachmentAccess {
  id: bigint;
  /** Null once the file is gone. */
  fileName: string | null;
  /** Null once the user is gone. */
  userName: string | null;
}

/** The place of a line in the record: by time, then by id. */
export interface AccessPosition {
  at: Date;
  id: bigint;
}

export interface AccessFilter {
  dialogId: string;
  attachmentId?: string | undefined;
  /** Only files that this user sent. */
  filesOfUserId?: string | undefined;
}

/** The ranges of one film, and the reloads of one page, are one opening: the first in so many minutes is written down. */
export const SAME_OPENING_MINUTES = 10;
