import { Schema } from 'mongoose';
import type { TaskId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';

/**
 * `quiz`: some questions, asked in the chat. `profile`: an address is kept. `register`: the member
 * takes part. `purchase`: buying at the till; it is shown, and earned by the sale itself.
 */
const TASK_KINDS = ['quiz', 'profile', 'register', 'purchase'] as const;

/** A question of a quiz, with its choices and the right one. */
export interface Question {
  readonly text: string;
  readonly choices: readonly string[];
  /** The right choice, counted from 1. */
  readonly answer: number;
}

/** Something to do for points. */
export interface Task {
  readonly _id: TaskId;
  readonly kind: (typeof TASK_KINDS)[number];
  readonly title: string;
  readonly points: number;
  /** How often a member can do it: once for ever, or once on each business day. */
  readonly period: 'once' | 'day';
  /** All questions of a quiz; three of them are asked on a day, in turn. */
  readonly questions?: readonly Question[];
  readonly status: 'on' | 'off';
  /** Its place in the list, lowest first. */
  readonly order: number;
}

const question = {
  text: { type: String, required: true },
  choices: { type: [String], required: true },
  answer: { type: Number, required: true, min: 1 },
  _id: false,
};

const task = new Schema<Task>({
  _id: { type: String, required: true },
  kind: { type: String, required: true, enum: TASK_KINDS },
  title: { type: String, required: true },
  points: { type: Number, required: true, min: 0, validate: Number.isSafeInteger },
  period: { type: String, required: true, enum: ['once', 'day'] },
  questions: { type: [question], default: undefined },
  status: { type: String, required: true, enum: ['on', 'off'] },
  order: { type: Number, required: true },
});

task.index({ status: 1, order: 1 }); // what can be done, in the order of the list

export const TaskModel = defineModel('tasks', task);
