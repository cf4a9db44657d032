/** 积分商城: rewards, their prices and limits, their stock, and the codes they are paid out with. */
export {
  type AddCodesInput,
  type AddCodesResult,
  addCodes,
} from './add-codes.ts';
export { changeReward, type RewardChange } from './change-reward.ts';
export type { CodeProblem } from './code-lines.ts';
export { ensureReward } from './ensure-reward.ts';
export { getReward } from './get-reward.ts';
export { codeOf, type IssuedCode, issueCode } from './issue-code.ts';
export { listRewards, type OfferedReward } from './list-rewards.ts';
export { mustBeOffered } from './must-be-offered.ts';
export { countRedemption, uncountRedemption } from './redeemed.facet.ts';
export { reserveStock } from './reserve-stock.ts';
export { type RestockInput, restock } from './restock.ts';
export type { Fulfilment, Reward } from './reward.model.ts';
