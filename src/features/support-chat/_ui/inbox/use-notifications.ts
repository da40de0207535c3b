import { useTranslations } from 'next-intl';
import { useSyncExternalStore } from 'react';
import type { MessageDto } from '../../_api/types.ts';
import { sideOf } from '../engine/current-user.ts';
import { useChat, useChatEvent } from '../engine/support-chat-provider.tsx';
import { playChime } from './chime.ts';

export type NotificationState = 'unsupported' | 'off' | 'on' | 'blocked';

const storageKey = 'attache-notifications';
const longestBody = 140;
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function readState(): NotificationState {
  if (!('Notification' in window) || !window.isSecureContext) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  return Notification.permission === 'granted' && localStorage.getItem(storageKey) === 'on' ? 'on' : 'off';
}

/** The permission belongs to the browser, the wish to this device: both must be there. */
export function useNotificationState(): { state: NotificationState; toggle: () => Promise<void> } {
  const state = useSyncExternalStore<NotificationState>(subscribe, readState, () => 'off');
  return {
    state,
    async toggle() {
      const isOn = readState() === 'on';
      localStorage.setItem(storageKey, isOn ? 'off' : 'on');
      if (!isOn && Notification.permission === 'default') await Notification.requestPermission();
      for (const listener of listeners) listener();
    },
  };
}

/** Tells of messages of the other side while this tab is not looked at; a click leads to the conversation. */
export function useNotifications(onOpen: (dialogId: string) => void): void {
  const t = useTranslations('inbox.notify');
  const { currentUser } = useChat();
  const describe = ({ text, attachments }: MessageDto) =>
    text?.trim().slice(0, longestBody) || t('files', { count: attachments.length });
  useChatEvent('message.created', ({ dialogId, message }) => {
    if (message.senderType === sideOf(currentUser) || document.hasFocus() || readState() !== 'on') return;
    // One place per conversation: ten messages in a row are one notification, the last.
    const notification = new Notification(message.sender?.name ?? t('support'), {
      body: describe(message),
      tag: dialogId,
    });
    notification.onclick = () => {
      window.focus();
      onOpen(dialogId);
      notification.close();
    };
    playChime();
  });
}
