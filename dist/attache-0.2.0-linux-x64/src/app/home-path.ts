/** Where each role begins its day. */
export function homePathOf(role: 'USER' | 'STAFF' | 'ADMIN'): '/support-chat' | '/admin/support-chat' {
  return role === 'USER' ? '/support-chat' : '/admin/support-chat';
}
