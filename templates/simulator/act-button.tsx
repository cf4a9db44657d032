import type { ComponentChildren } from 'preact';

interface ActButtonProps {
  /** The last part of an address of the control API. */
  readonly act: 'follow' | 'unfollow' | 'say' | 'tap' | 'scan' | 'clock' | 'faults' | 'reset';
  readonly body: Readonly<Record<string, string | number>>;
  readonly class?: string;
  readonly id?: string;
  readonly children: ComponentChildren;
}

/** A button that the page's script sends to the control API. */
export function ActButton({ act, body, children, ...attributes }: ActButtonProps) {
  return (
    <button type="button" data-act={act} data-body={JSON.stringify(body)} {...attributes}>
      {children}
    </button>
  );
}
