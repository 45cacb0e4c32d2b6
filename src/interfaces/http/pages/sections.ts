/** Where the bar leads to, in its order. */
export const SECTIONS = [
  { name: 'analytics', label: 'Analytics', path: '/analytics' },
  { name: 'flows', label: 'Flows', path: '/flows' },
  { name: 'system', label: 'System', path: '/system' },
  { name: 'account', label: 'Account', path: '/account' },
] as const;

export type Section = (typeof SECTIONS)[number]['name'];
