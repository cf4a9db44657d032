import { z } from 'zod';
import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { decrypt, encrypt } from '../../platform/data-key.ts';
import { addressInvalid, memberLeft } from './errors.ts';
import { getMember } from './find-member.ts';
import { MemberModel } from './member.model.ts';

const part = (charactersMax: number) => z.string().trim().min(1).max(charactersMax);

const addressForm = z.object({
  name: part(30),
  phone: z
    .string()
    .trim()
    .regex(/^\+?\d[\d -]{5,18}\d$/),
  province: part(30),
  city: part(30),
  district: part(30),
  detail: part(120),
});

/** Where a member's rewards are sent. */
export type Address = Readonly<z.output<typeof addressForm>>;

/**
 * Keeps a member's address, encrypted; the former one is gone.
 * @throws ADDRESS_INVALID, MEMBER_NOT_FOUND, MEMBER_LEFT
 */
export async function setAddress(
  ctx: Context,
  memberId: MemberId,
  address: Address,
): Promise<void> {
  const checked = addressForm.safeParse(address);
  if (!checked.success) throw addressInvalid(String(checked.error.issues[0]?.path[0] ?? ''));
  const { matchedCount } = await MemberModel.updateOne(
    { _id: memberId, status: 'following' },
    { $set: { address: encrypt(JSON.stringify(checked.data)) } },
  );
  if (matchedCount === 1) return;
  await getMember(ctx, memberId);
  throw memberLeft(memberId);
}

/** A member's address in clear, for the page that edits it; null when none is kept. @throws MEMBER_NOT_FOUND */
export async function addressOf(ctx: Context, memberId: MemberId): Promise<Address | null> {
  const { address } = await getMember(ctx, memberId);
  return address === null ? null : openAddress(address);
}

/** Reads an encrypted address, also the copy that an order keeps. @throws Error with another data key */
export function openAddress(sealed: string): Address {
  return JSON.parse(decrypt(sealed)) as Address;
}

/** As much of an address as its owner needs to recognise it: `王**`, `138****2046`, `杭州市滨江区`. */
export function maskedAddress({ name, phone, province, city, district }: Address): {
  readonly name: string;
  readonly phone: string;
  readonly region: string;
} {
  // In the four cities under central government the second step says no more than "urban districts".
  const town = city === '市辖区' || city === province ? province : city;
  return {
    name: `${[...name][0] ?? ''}**`,
    phone: maskedPhone(phone.replaceAll(/\D/g, '')),
    region: `${town}${district}`,
  };
}

function maskedPhone(digits: string): string {
  // A short number would be told whole by its seven ends.
  if (digits.length < 11) return `****${digits.slice(-2)}`;
  return `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}
