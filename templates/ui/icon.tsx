/** Outlines on a 24-pixel grid. */
const PATHS = {
  back: 'M15 6l-6 6l6 6',
  close: 'M18 6L6 18M6 6l12 12',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  next: 'M9 6l6 6l-6 6',
} as const;

/** A picture beside words, or alone in a button that has a name; never read aloud itself. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg
      class="jf-icon"
      width="20"
      height="20"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
