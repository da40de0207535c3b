/** What the tabs of one browser tell each other: they share the session cookie, but not the news about it. */
export type SessionNews = 'signed-in' | 'signed-out';

let channel: BroadcastChannel | undefined;

/** One for the whole tab: a second one would hear what this tab tells the others. */
function openChannel(): BroadcastChannel {
  channel ??= new BroadcastChannel('attache-session');
  return channel;
}

/** To all other tabs. */
export function tellSession(news: SessionNews): void {
  openChannel().postMessage(news);
}

/** Returns the way to stop. */
export function onSessionNews(listener: (news: SessionNews) => void): () => void {
  const onMessage = ({ data }: MessageEvent<SessionNews>) => listener(data);
  openChannel().addEventListener('message', onMessage);
  return () => openChannel().removeEventListener('message', onMessage);
}
