import { redirect } from 'next/navigation';
import { getCurrentUser } from './current-user.ts';
import { homePathOf } from './home-path.ts';

export default async function HomePage() {
  const currentUser = await getCurrentUser();
  redirect(currentUser ? homePathOf(currentUser.role) : '/sign-in');
}
