import type { ComponentChildren } from 'preact';
import type { View } from './view.ts';

interface PageProps {
  readonly view: View;
  /** What the script begins with. */
  readonly data?: Readonly<Record<`data-${string}`, string | number>>;
  /** A page of WeChat itself runs no script. */
  readonly isStill?: boolean;
  readonly children: ComponentChildren;
}

/** The frame of the simulator's pages. */
export function Page({ view, data = {}, isStill = false, children }: PageProps) {
  const { say, language, asset } = view;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{say('simulator.title')}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={asset('simulator.css')} />
        {isStill ? null : <script src={asset('simulator.js')} defer />}
      </head>
      <body {...data}>{children}</body>
    </html>
  );
}
