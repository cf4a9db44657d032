/** 签到. The facts are those of `checkin.checkIn`. */
export const checkinMessages = {
  'checkin.first': {
    pointsEarned: 'points',
    balance: 'points',
    milestoneDays: 'count',
    milestonePoints: 'points',
  },
  'checkin.ok': {
    pointsEarned: 'points',
    balance: 'points',
    streakDays: 'count',
    milestoneDays: 'count',
    milestonePoints: 'points',
  },
  'checkin.milestone': {
    pointsEarned: 'points',
    balance: 'points',
    streakDays: 'count',
    milestonePoints: 'points',
  },
  'checkin.lapsed': { pointsEarned: 'points', balance: 'points' },
  'checkin.done': { checkedInAt: 'time', balance: 'points' },
} as const;
