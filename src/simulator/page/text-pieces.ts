/** A part of a message as the phone shows it. */
export type Piece =
  | { readonly type: 'words'; readonly text: string }
  /** A word that is sent when it is tapped. */
  | { readonly type: 'tap'; readonly text: string; readonly sends: string; readonly menuId: string }
  /** A link; `framed` where it is a page of the service, which opens over the phone. */
  | {
      readonly type: 'link';
      readonly text: string;
      readonly url: string;
      readonly framed: boolean;
    };

const LINK =
  /<a href="(?<href>[^"]*)">(?<label>[^<]*)<\/a>|(?<bare>https?:\/\/[^\s<>"，。；、）」]+)/g;

/** Takes a text apart as WeChat's phone does: `<a>` tags and bare addresses; all else stays words. */
export function textPieces(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const { href, label, bare } = match.groups ?? {};
    const piece = pieceOf({ href: href ?? bare ?? '', label: label ?? bare ?? '' });
    if (!piece) continue;
    if (match.index > end) pieces.push({ type: 'words', text: text.slice(end, match.index) });
    pieces.push(piece);
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ type: 'words', text: text.slice(end) });
  return pieces;
}

/** Where an address leads on the phone; null for one that is no web address. */
export function linkTo(address: string): { readonly url: string; readonly framed: boolean } | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return null;
  // The page of the service may be reached under another name than this one: only its path counts.
  if (url.pathname.startsWith('/h5/')) return { url: `${url.pathname}${url.search}`, framed: true };
  return { url: url.href, framed: false };
}

function pieceOf({ href, label }: { readonly href: string; readonly label: string }): Piece | null {
  if (href.startsWith('weixin://bizmsgmenu?')) {
    const query = new URLSearchParams(href.slice(href.indexOf('?') + 1).replaceAll('+', '%2B'));
    const sends = query.get('msgmenucontent') || label;
    return { type: 'tap', text: label, sends, menuId: query.get('msgmenuid') ?? '' };
  }
  const link = linkTo(href);
  return link && { type: 'link', text: label, ...link };
}
