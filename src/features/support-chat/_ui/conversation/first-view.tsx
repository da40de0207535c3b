import { StillContext } from '../attachment/still-context.ts';
import { type CurrentUser, sideOf } from '../engine/current-user.ts';
import { MessageRow } from './message-row.tsx';
import type { Row } from './rows.ts';

const isServer = typeof window === 'undefined';

/**
 * Standing on the composer, it would jump with each part of the page that a slow line brings: unseen until what follows
 * the composer is there too.
 */
const untilComposer = 'not-[&:has(~div~*)]:invisible';
const frame = `mx-auto flex min-h-0 w-full max-w-4xl flex-1 flex-col justify-end overflow-hidden pb-1 [&_time]:invisible ${untilComposer}`;

/**
 * The end of the conversation, drawn by the server and left as it is: on a slow phone it can be read seconds before the
 * scripts are there. The browser takes the markup over without looking into it (an element whose inner HTML is given
 * is not hydrated), which costs it nothing and lets times wait for the reader's own time zone.
 */
export function FirstView({ rows, currentUser }: { rows: readonly Row[]; currentUser: CurrentUser }) {
  if (!isServer) {
    // biome-ignore lint/security/noDangerouslySetInnerHtml: empty; it only tells React to leave what is there alone
    return <div inert suppressHydrationWarning className={frame} dangerouslySetInnerHTML={{ __html: '' }} />;
  }
  return (
    <div inert className={frame}>
      <StillContext value={true}>
        <ol>
          {rows.map((row) => (
            <li key={row.key}>
              <StillRow row={row} currentUser={currentUser} />
            </li>
          ))}
        </ol>
      </StillContext>
    </div>
  );
}

function StillRow({ row, currentUser }: { row: Row; currentUser: CurrentUser }) {
  if (row.type === 'day') return <DayBox />;
  if (row.type !== 'message') return null;
  const { message, place, senderName, isFirst, isLast } = row;
  const canChange = message.sender?.id === currentUser.id && message.deletedAt === null;
  return (
    <MessageRow
      {...{ message, place, senderName, isFirst, isLast, canChange }}
      hasAvatars={sideOf(currentUser) === 'USER'}
    />
  );
}

/** The place of a day's name: which day it is depends on where the reader is. */
function DayBox() {
  return (
    <div className="flex justify-center pt-5 pb-2">
      <span className="rounded-full bg-surface/75 px-8 py-1 text-xs">&nbsp;</span>
    </div>
  );
}
