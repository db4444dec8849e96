/** Writes the log of a planned run in the form that its style names. */
import type { Plan } from '../timeline.ts';
import { executorLog } from './executor.ts';
import type { Piece, RunFacts } from './line-writer.ts';
import { olderLog } from './older.ts';

export const logPieces = (plan: Plan, facts: RunFacts): Piece[] =>
  facts.style.form === 'older' ? olderLog(plan, facts) : executorLog(plan, facts);
