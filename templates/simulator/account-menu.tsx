import type { ShownButton } from '../../src/simulator/page/shown-menu.ts';
import { ActButton } from './act-button.tsx';

interface AccountMenuProps {
  readonly buttons: readonly ShownButton[];
  readonly openId: string;
}

/** The account's own menu under the chat; a button with further ones opens upwards. */
export function AccountMenu({ buttons, openId }: AccountMenuProps) {
  return (
    <>
      {buttons.map((button) =>
        button.below.length > 0 ? (
          <details name="account-menu">
            <summary>{button.name}</summary>
            <div class="jf-below">
              {button.below.map((one) => (
                <MenuButton button={one} openId={openId} />
              ))}
            </div>
          </details>
        ) : (
          <MenuButton button={button} openId={openId} />
        ),
      )}
    </>
  );
}

function MenuButton({ button, openId }: { button: ShownButton; openId: string }) {
  const { name, key, link } = button;
  if (!link) {
    return (
      <ActButton act="tap" body={{ openId, key }}>
        {name}
      </ActButton>
    );
  }
  return (
    <a
      href={link.url}
      target="_blank"
      rel="noopener noreferrer"
      data-framed={link.framed}
      data-act="tap"
      data-body={JSON.stringify({ openId, key })}
    >
      {name}
    </a>
  );
}
