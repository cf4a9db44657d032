import { Page, type PageView } from './page.tsx';

interface MessageProps {
  readonly view: PageView;
  readonly title: string;
  readonly text: string;
  /** The way on, in words: these pages are opened from the chat and left by closing them. */
  readonly next?: string;
}

/** A page that says one thing: saved, expired, not found, failed. */
export function MessagePage({ view, title, text, next }: MessageProps) {
  return (
    <Page title={title} view={view}>
      <p class="jf-lead">{text}</p>
      {next ? <p class="jf-note">{next}</p> : null}
    </Page>
  );
}
