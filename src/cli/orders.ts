import type { Command } from 'commander';
import type { Core } from '../core.ts';
import * as orders from '../loyalty/orders/index.ts';
import { type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

interface Shipping {
  readonly carrier: string;
  readonly tracking: string;
}

/** `order:ship` and `order:complete`: what a warehouse's scripts call. */
export function orderCommands(program: Command, terminal: Terminal): void {
  program
    .command('order:ship')
    .description('an order left the warehouse; its member is told')
    .argument('<number>', 'R and five characters')
    .requiredOption('--carrier <name>', 'who carries it')
    .requiredOption('--tracking <number>', '6 to 32 letters, digits and hyphens')
    .action((number: string, { carrier, tracking }: Shipping) =>
      withCore(terminal, async (core) => {
        if (!/^[0-9A-Za-z-]{6,32}$/.test(tracking)) {
          throw new CommandError(
            EXIT.usage,
            '--tracking takes 6 to 32 letters, digits and hyphens',
          );
        }
        const order = await orderOf(core, number);
        const shipment = { orderId: order._id, carrier, trackingNumber: tracking };
        await orders.shipOrder(core.contextOf('order:ship'), shipment);
        terminal.print(`✓ ${order.number} ${order.rewardName}: ${carrier} ${tracking}`);
      }),
    );
  program
    .command('order:complete')
    .description('an order reached its member')
    .argument('<number>', 'R and five characters')
    .action((number: string) =>
      withCore(terminal, async (core) => {
        const order = await orderOf(core, number);
        await orders.completeOrder(core.contextOf('order:complete'), { orderId: order._id });
        terminal.print(`✓ ${order.number} ${order.rewardName}`);
      }),
    );
}

async function orderOf(core: Core, number: string): Promise<orders.Order> {
  const order = await orders.findOrder(core.contextOf('order'), { number: number.toUpperCase() });
  if (!order) throw new CommandError(EXIT.refused, `no order has the number ${number}`);
  return order;
}
