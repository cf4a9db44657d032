/** What is told unasked, as a text: in a chat, or under the answer to the next message. */
export const noticeMessages = {
  'notice.changed': { reason: 'text', points: 'signedPoints', balance: 'points' },
  'notice.shipped': { name: 'text', carrier: 'text', tracking: 'text' },
  'notice.shipped.phone': { programme: 'text', name: 'text', carrier: 'text', tracking: 'text' },
  'notice.expiring': { points: 'points', lastDay: 'day', balance: 'points' },
  'notice.checkin': {},
} as const;
