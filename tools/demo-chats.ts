import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { SampleChats } from '#tests/browser/states/page-state.ts';
import { makeVoiceWav } from '#tests/fixtures/media/make-voice.ts';
import { PASSWORD, type PersonName, people } from '#tests/support/people.ts';
import { TestClient, type UploadFields } from '#tests/support/test-client.ts';

interface Conversation {
  dialogId: string;
  topic: string | null;
}
interface Message {
  attachments: { url: string; kind: string }[];
}
type NewFile = Omit<UploadFields, 'dialogId'>;

const topic = 'Return of order 20957';
const asset = (name: string) => readFile(new URL(`../prisma/demo-assets/${name}`, import.meta.url));

/** Signs in to a running demo installation and adds what its seed lacks; a second run finds it there. */
export async function createDemoChats(url: string): Promise<SampleChats> {
  const clients = new Map<PersonName, Promise<TestClient>>();
  const as = (person: PersonName) => {
    const client = clients.get(person) ?? TestClient.signIn(url, people[person].email, PASSWORD);
    clients.set(person, client);
    return client;
  };
  const boris = await as('boris');
  const [annaConversation] = await listConversations(await as('anna'));
  if (!annaConversation) throw new Error('Anna has no conversation. Is this a demo installation?');
  const existing = (await listConversations(boris)).find((conversation) => conversation.topic === topic);
  const showcaseConversationId = existing?.dialogId ?? (await createShowcase(boris, await as('sofia')));
  await viewFiles(await as('sofia'), annaConversation.dialogId);
  return { as, showcaseConversationId, annaConversationId: annaConversation.dialogId };
}

async function listConversations(client: TestClient): Promise<Conversation[]> {
  return (await client.query<{ items: Conversation[] }>('supportChat.userListDialogs')).items;
}

/** An album with a video, a recording, a video alone, and names too long for their space. */
async function createShowcase(boris: TestClient, sofia: TestClient): Promise<string> {
  const { dialogId } = await boris.mutate<{ dialogId: string }>('supportChat.createDialog', {
    topic,
    initialMessage: 'The coat came in the wrong size. This is how the parcel looked when I opened it.',
  });
  const send = async (client: TestClient, text: string | undefined, ...files: NewFile[]) => {
    const attachments: { attachmentId: string }[] = [];
    for (const file of files) attachments.push({ attachmentId: (await client.upload({ ...file, dialogId })).id });
    await client.mutate('supportChat.sendMessage', { dialogId, text, attachments });
  };
  const clip = { bytes: await asset('clip.mp4'), type: 'video/mp4' };
  await send(boris, undefined, ...(await makeAlbum()), { ...clip, name: 'unpacking.mp4' });
  await send(sofia, 'Thank you, Boris. Could you tell me in your own words what is wrong with the size?');
  await send(boris, undefined, { bytes: makeVoiceWav(17), name: 'Voice message.wav', type: 'audio/wav' });
  await send(boris, 'And this is the page of the order.', { ...clip, name: 'order page.mp4' });
  await send(
    boris,
    undefined,
    {
      bytes: await asset('invoice.pdf'),
      name: 'Invoice and delivery note for the order 20957 of the fourteenth of May, second copy (signed).pdf',
      type: 'application/pdf',
    },
    { bytes: 'item;size\ncoat;M\n', name: 'Размерная-таблица-производителя-весна-лето-2026.csv', type: 'text/csv' },
  );
  await send(sofia, 'All here, thank you. The courier comes on Thursday between 10 and 14.');
  return dialogId;
}

/** Five pictures of different proportions, cropped from the two demo photos. */
async function makeAlbum(): Promise<NewFile[]> {
  const crop = async (name: string, left: number, top: number, width: number, height: number): Promise<Buffer> =>
    sharp(await asset(name))
      .extract({ left, top, width, height })
      .jpeg({ quality: 85 })
      .toBuffer();
  const parts = [
    await asset('photo-2.jpg'),
    await crop('photo-2.jpg', 300, 200, 700, 900),
    await crop('photo-2.jpg', 500, 450, 1_000, 500),
    await crop('photo-1.jpg', 300, 100, 800, 800),
    await crop('photo-1.jpg', 100, 60, 1_200, 900),
  ];
  return parts.map((bytes, index) => ({ bytes, name: `parcel-${index + 1}.jpg`, type: 'image/jpeg' }));
}

/** Leaves access records as support does at work: every file viewed, the documents downloaded. */
async function viewFiles(sofia: TestClient, dialogId: string): Promise<void> {
  const { items } = await sofia.query<{ items: Message[] }>('supportChat.userGetMessages', { dialogId, limit: 50 });
  for (const { url, kind } of items.flatMap(({ attachments }) => attachments)) {
    for (const address of kind === 'pdf' ? [url, `${url}?download=1`] : [url]) {
      await (await sofia.fetch(address)).arrayBuffer();
    }
  }
}
