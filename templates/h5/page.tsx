import type { ComponentChildren } from 'preact';

/** What every page for followers needs besides its own facts. */
export interface PageView {
  readonly language: 'zh-CN' | 'en';
  /** The address of a static file by its plain name. */
  readonly asset: (name: string) => string;
}

interface PageProps {
  readonly title: string;
  readonly view: PageView;
  readonly children: ComponentChildren;
}

/** The frame of a page that a follower opens inside WeChat: WeUI, our few rules, no script. */
export function Page({ title, view, children }: PageProps) {
  return (
    <html lang={view.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="format-detection" content="telephone=no" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={view.asset('weui.min.css')} />
        <link rel="stylesheet" href={view.asset('h5.css')} />
      </head>
      <body>
        <main class="jf-page">
          <h1 class="jf-title">{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}
