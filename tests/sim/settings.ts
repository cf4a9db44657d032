import type { Setting } from './play/scene.ts';

const ORDINARY: Setting = {
  clients: 4,
  acts: 14,
  members: 3,
  faults: 0.08,
  skewTicks: 2,
  isEager: false,
};

/** Ways to set up a run; rare errors need one that makes them likely. */
export const SETTINGS = {
  ordinary: ORDINARY,
  redemptions: { ...ORDINARY, isEager: true },
  clocks: { ...ORDINARY, skewTicks: 30 },
  storm: { ...ORDINARY, faults: 0.25 },
  crowd: { ...ORDINARY, clients: 24, members: 2, acts: 6 },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** Of ten seeds in a row. */
const MIX: readonly SettingName[] = [
  'ordinary',
  'redemptions',
  'ordinary',
  'storm',
  'ordinary',
  'redemptions',
  'ordinary',
  'clocks',
  'ordinary',
  'crowd',
];

/** The setting of a seed, so that the seed alone repeats a run. */
export function settingOf(seed: number): SettingName {
  return MIX[seed % MIX.length] ?? 'ordinary';
}
