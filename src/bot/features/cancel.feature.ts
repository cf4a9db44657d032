import { dialogs as registry } from '../dialogs/index.ts';
import type { Feature } from '../feature.ts';

export const cancelFeature: Feature = {
  intent: 'cancel',
  asksItself: true,

  async reply(turn) {
    const { current, interrupted } = turn.dialogs;
    // Under a mere list it is the interrupted flow that is meant.
    const dropped = interrupted && !isFlow(current?.name) ? interrupted : current;
    if (!dropped) return turn.say('cancel.none');
    if (dropped === interrupted) turn.dialogs.end();
    turn.dialogs.end();
    return registry.get(dropped.name)?.dropped(turn, dropped as never) ?? turn.say('cancel.left');
  },
};

function isFlow(name: string | undefined): boolean {
  return name !== undefined && Boolean(registry.get(name)?.resumeLine);
}
