import { Page, type PageView } from './page.tsx';

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

interface SectionsProps {
  readonly view: PageView;
  readonly title: string;
  readonly intro: string;
  readonly sections: readonly Section[];
  /** Which version of it this is. */
  readonly note?: string;
  readonly link?: { readonly href: string; readonly label: string };
}

/** A page to read: the rules of the programme, the privacy notice. */
export function SectionsPage({ view, title, intro, sections, note, link }: SectionsProps) {
  return (
    <Page title={title} view={view}>
      <p class="jf-lead">{intro}</p>
      {sections.map((section) => (
        <section key={section.title} class="jf-section">
          <h2>{section.title}</h2>
          <ul>
            {section.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      ))}
      {note ? <p class="jf-note">{note}</p> : null}
      {link ? (
        <p class="jf-note">
          <a href={link.href}>{link.label}</a>
        </p>
      ) : null}
    </Page>
  );
}
