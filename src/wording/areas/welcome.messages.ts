/** What is said to someone who begins to follow, comes back, or scans a code of ours. */
export const welcomeMessages = {
  'welcome.new': { programme: 'text', url: 'url' },
  'welcome.store': { programme: 'text', store: 'text', memberNo: 'text' },
  'welcome.back': { balance: 'points', lastDay: 'day', url: 'url' },
  'welcome.back.zero': { url: 'url' },
  'welcome.back.open': { balance: 'points', url: 'url' },
  'scan.known': { balance: 'points' },
} as const;
