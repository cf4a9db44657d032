/** A mini program that belongs to the account, and the page that a tap opens. */
export interface MiniProgramPage {
  readonly appId: string;
  readonly pagePath: string;
}

/** What templates of every kind are filled with (reference 5.3, 5.4). */
export interface FilledTemplate {
  readonly openId: string;
  readonly templateId: string;
  /** Values by key, `thing1`; check them before with `checkTemplateField`. */
  readonly data: Readonly<Record<string, string>>;
  /** Wins over an address. */
  readonly miniProgram?: MiniProgramPage;
}

export function filledTemplateJson({ openId, templateId, data, miniProgram }: FilledTemplate) {
  const values = Object.entries(data).map(([key, value]) => [key, { value }] as const);
  return {
    touser: openId,
    template_id: templateId,
    ...miniProgramJson(miniProgram),
    data: Object.fromEntries(values),
  };
}

export function miniProgramJson(page: MiniProgramPage | undefined) {
  return page ? { miniprogram: { appid: page.appId, pagepath: page.pagePath } } : {};
}
