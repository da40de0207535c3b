import { makePdf, makePhotoJpeg, makeWav } from '#tests/fixtures/media/make-media.ts';
import { openDialog, sendFile } from '#tests/support/scene.ts';
import type { TestServer } from '#tests/support/test-server.ts';
import type { SampleChats } from '../states/page-state.ts';

/** Fills an empty installation with two conversations: Anna's, with files and a reply, and Boris's, still waiting. */
export async function createSampleChats(server: Pick<TestServer, 'as'>): Promise<SampleChats> {
  const as: SampleChats['as'] = (person) => server.as(person);
  const [anna, boris, sofia] = await Promise.all([as('anna'), as('boris'), as('sofia')]);
  const dialogId = await openDialog(anna, 'Здравствуйте! Телефон пришёл разбитым, see https://example.com/parcel');
  const photo = await makePhotoJpeg({ width: 800, height: 600 });
  await sendFile(anna, { bytes: photo, name: 'parcel.jpg', type: 'image/jpeg', dialogId });
  await sendFile(anna, { bytes: makePdf(), name: 'invoice.pdf', type: 'application/pdf', dialogId });
  await sendFile(anna, { bytes: makeWav(2), name: 'call.wav', type: 'audio/wav', dialogId });
  await sendFile(anna, { bytes: 'a;b\n1;2\n', name: 'orders.csv', type: 'text/csv', dialogId });
  await sofia.mutate('supportChat.sendMessage', { dialogId, text: 'Мы заменим его. Sorry about that!' });
  await openDialog(boris, 'Where is my order?');
  return { as, annaConversationId: dialogId };
}
