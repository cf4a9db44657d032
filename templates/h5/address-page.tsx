import type { Say } from '../../src/wording/index.ts';
import { Page, type PageView } from './page.tsx';

export const ADDRESS_FIELDS = ['name', 'phone', 'province', 'city', 'district', 'detail'] as const;
export type AddressField = (typeof ADDRESS_FIELDS)[number];

export interface AddressProps {
  readonly view: PageView & { readonly say: Say };
  /** The signed token that says whose address this is. */
  readonly token: string;
  readonly values: Readonly<Record<AddressField, string>>;
  /** What is wrong, by field, in the reader's words. */
  readonly problems?: Readonly<Partial<Record<AddressField, string>>>;
}

const AUTOCOMPLETE: Record<AddressField, string> = {
  name: 'name',
  phone: 'tel',
  province: 'address-level1',
  city: 'address-level2',
  district: 'address-level3',
  detail: 'street-address',
};

/** /h5/address: where a member's rewards are sent. */
export function AddressPage({ view, token, values, problems = {} }: AddressProps) {
  const { say } = view;
  const wrong = ADDRESS_FIELDS.find((field) => problems[field]);
  return (
    <Page title={say('h5.address.title')} view={view}>
      <p class="jf-lead">{say('h5.address.intro')}</p>
      {wrong ? (
        <p class="jf-wrong" role="alert">
          {say('h5.address.wrong')}
        </p>
      ) : null}
      <form method="post" action={`/h5/address?t=${encodeURIComponent(token)}`}>
        <div class="weui-cells weui-cells_form">
          {ADDRESS_FIELDS.map((field) => (
            <Line
              key={field}
              field={field}
              label={say(`h5.address.${field}`)}
              value={values[field]}
              problem={problems[field]}
              focus={field === wrong}
              hint={field === 'detail' ? say('h5.address.detail.hint') : undefined}
            />
          ))}
        </div>
        <p class="jf-note">{say('h5.address.purpose')}</p>
        <button type="submit" class="weui-btn weui-btn_primary jf-save">
          {say('h5.address.save')}
        </button>
      </form>
    </Page>
  );
}

interface LineProps {
  readonly field: AddressField;
  readonly label: string;
  readonly value: string;
  readonly problem: string | undefined;
  readonly focus: boolean;
  readonly hint: string | undefined;
}

function Line({ field, label, value, problem, focus, hint }: LineProps) {
  const describedBy = `${field}-problem`;
  const invalid = problem ? { 'aria-invalid': true, 'aria-describedby': describedBy } : {};
  return (
    <div class={`weui-cell${problem ? ' weui-cell_warn' : ''}`}>
      <div class="weui-cell__hd">
        <label class="weui-label" for={field}>
          {label}
        </label>
      </div>
      <div class="weui-cell__bd">
        <input
          class="weui-input"
          id={field}
          name={field}
          type="text"
          inputMode={field === 'phone' ? 'tel' : 'text'}
          value={value}
          autocomplete={AUTOCOMPLETE[field]}
          placeholder={hint ?? ''}
          maxLength={field === 'detail' ? 120 : 30}
          required
          autofocus={focus}
          {...invalid}
        />
        {problem ? (
          <p class="jf-wrong" id={describedBy}>
            {problem}
          </p>
        ) : null}
      </div>
    </div>
  );
}
