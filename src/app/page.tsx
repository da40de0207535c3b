import { redirect } from 'next/navigation';
import { homePathOf } from './home-path.ts';
import { getViewer } from './viewer.ts';

export default async function HomePage() {
  const viewer = await getViewer();
  redirect(viewer ? homePathOf(viewer.role) : '/sign-in');
}
