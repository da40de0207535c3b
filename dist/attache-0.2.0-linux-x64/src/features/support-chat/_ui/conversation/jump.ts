import { createContext, useCallback, useMemo, useState } from 'react';

/** Where to: a message, which is marked for a moment, or the first message of a day (its beginning, ISO 8601). */
export type JumpPlace = { messageId: string } | { at: string };

export interface Jump {
  /** Null when there is nowhere to go. The same place asked for again is another object. */
  place: JumpPlace | null;
  go: (place: JumpPlace) => void;
  /** The list has gone there, or knows that it can not. */
  arrive: () => void;
  /** While the reader chooses a day: the one to begin with (ISO 8601). */
  day: string | null;
  chooseDay: (from: string | null) => void;
}

const nothing = () => undefined;

/** Between whatever leads to a place of one conversation and the list of its messages. */
export const JumpContext = createContext<Jump>({
  place: null,
  go: nothing,
  arrive: nothing,
  day: null,
  chooseDay: nothing,
});

/** @param target Where to begin, and where to go when it is another one; null for nowhere. */
export function useJump(target: { messageId: string } | null): Jump {
  const [known, setKnown] = useState(target);
  const [place, setPlace] = useState<JumpPlace | null>(() => target && { messageId: target.messageId });
  if (target !== known) {
    setKnown(target);
    if (target) setPlace({ messageId: target.messageId });
  }
  const [day, chooseDay] = useState<string | null>(null);
  const go = useCallback((next: JumpPlace) => setPlace({ ...next }), []);
  const arrive = useCallback(() => setPlace(null), []);
  return useMemo(() => ({ place, go, arrive, day, chooseDay }), [place, go, arrive, day]);
}
