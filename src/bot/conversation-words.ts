/** What only means something inside a conversation, normalised, and so is no command. */
const WORDS = {
  confirm: ['确认', '是', '好', '确定', 'ok', 'yes', '好的', '是的'],
  back: ['返回', '上一步', 'b'],
  resume: ['继续'],
  more: ['更多', '下一页', '继续看'],
  ready: ['好了', '填好了', '填完了', '好', '好的', '是', 'ok', 'yes', '确认', '确定'],
} as const;

type ConversationWord = keyof typeof WORDS;

/** Whether a normalised text is such a word. */
export function says(word: ConversationWord, text: string): boolean {
  return (WORDS[word] as readonly string[]).includes(text);
}
