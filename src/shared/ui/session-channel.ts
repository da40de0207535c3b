/** What the tabs of one browser tell each other: they share the session cookie, but not the news about it. */
export type SessionNews = 'signed-in' | 'signed-out';

const channelName = 'attache-session';

/** To all other tabs. */
export function tellSession(news: SessionNews): void {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(news);
  channel.close();
}

/** Returns the way to stop. */
export function onSessionNews(listener: (news: SessionNews) => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = ({ data }: MessageEvent<SessionNews>) => listener(data);
  return () => channel.close();
}
