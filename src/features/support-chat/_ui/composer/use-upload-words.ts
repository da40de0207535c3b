import { useLocale, useTranslations } from 'next-intl';
import { DEFAULT_BLOCKED_TYPES } from '#shared/file-type/type-policy.ts';
import { useOnline } from '#shared/ui/offline-banner.tsx';
import { formatBytes, formatSpeed } from '../attachment/format.ts';
import { sideOf } from '../engine/current-user.ts';
import { useChat } from '../engine/support-chat-provider.tsx';
import type { FileRefusal } from '../outbox/file-limits.ts';
import type { SendProblem } from '../outbox/outgoing.ts';
import type { Upload, UploadProblem } from '../outbox/upload.ts';

/** Every limit and every trouble in the reader's own words. */
export function useUploadWords() {
  const t = useTranslations('composer');
  const locale = useLocale();
  const { settings, currentUser } = useChat();
  const side = sideOf(currentUser);
  const isOnline = useOnline();
  const maxSize = formatBytes(settings.maxBytes, locale);

  const { blocked, allowed } = settings.fileTypes;
  const isUsual = blocked.join() === DEFAULT_BLOCKED_TYPES.join();
  const types = allowed?.join(', ') ?? t('types', { blocked: isUsual ? 'usual' : blocked.join(', ') });

  const problemOf = (problem: UploadProblem) => t('uploadProblem', { code: problem, side, maxSize, types });
  return {
    isOnline,
    waitingForNetwork: t('waitingForNetwork'),
    limits: t('limits', { count: settings.attachmentsPerMessage, maxSize }),
    allowedTypes: t('allowedTypes', { types }),
    /** For the file picker, which may hide what is not taken in; undefined: it hides nothing. */
    accept: allowed?.map((entry) => (entry.includes('/') ? entry : `.${entry}`)).join(','),
    problemOf,
    sendProblemOf: (problem: SendProblem) => t('sendProblem', { code: problem, side }),
    refusalOf: ({ reason }: FileRefusal) =>
      t('refusal', { reason, maxSize, count: settings.attachmentsPerMessage, types }),
    /** One line for the state of a file: how far, how fast, or what is wrong. */
    noteOf(upload: Upload): string {
      const size = formatBytes(upload.sizeBytes, locale);
      switch (upload.status) {
        case 'held':
        case 'staged':
          return size;
        case 'queued':
          return isOnline ? t('queued', { size }) : t('waitingForNetwork');
        case 'waiting':
          return upload.problem === 'NETWORK' ? t('waitingForNetwork') : t('waitingForServer');
        case 'failed':
          return problemOf(upload.problem ?? 'UNKNOWN');
        case 'uploading': {
          if (upload.sentBytes >= upload.sizeBytes) return t('finishing', { size });
          const sent = formatBytes(upload.sentBytes, locale);
          if (upload.bytesPerSecond === null) return t('progress', { sent, size });
          return t('progressWithSpeed', { sent, size, speed: formatSpeed(upload.bytesPerSecond, locale) });
        }
      }
    },
  };
}
