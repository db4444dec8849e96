// Lists how the state of a build, a child or a step is shown: one table for lists, summary, drawings and console.

import type { ChildState } from '../../builds/children/child.ts';
import type { Result } from '../../builds/outcome.ts';
import type { BuildStep } from '../../codearts/step-schemas.ts';

export type State = ChildState | Result | BuildStep['status'];

/** The kind of state, which decides the colour. */
export type Style = 'success' | 'failure' | 'stopped' | 'active' | 'inactive';

export interface Label {
  /** Stands in front of a name in plain text. */
  readonly sign: string;
  readonly emoji: string;
  /** In a table or a drawing. */
  readonly word: string;
  /** In a sentence, after the name. */
  readonly verb: string;
  readonly style: Style;
}

const failed: Label = { sign: '✗', emoji: '❌', word: 'failed', verb: 'failed', style: 'failure' };
const stopped: Label = { sign: '■', emoji: '⏹️', word: 'stopped', verb: 'was stopped', style: 'stopped' };

export const labels: Readonly<Record<State, Label>> = {
  success: { sign: '✓', emoji: '✅', word: 'succeeded', verb: 'succeeded', style: 'success' },
  failure: failed,
  error: failed,
  'timed-out': { sign: '✗', emoji: '⌛', word: 'timed out', verb: 'timed out', style: 'failure' },
  aborted: stopped,
  stopped,
  cancelled: { sign: '■', emoji: '⏹️', word: 'cancelled', verb: 'was cancelled', style: 'stopped' },
  running: { sign: '▸', emoji: '▶️', word: 'running', verb: 'is running', style: 'active' },
  waiting: { sign: '·', emoji: '⚪', word: 'waiting', verb: 'is waiting', style: 'inactive' },
  skipped: { sign: '·', emoji: '⚪', word: 'skipped', verb: 'was skipped', style: 'inactive' },
  'not-run': { sign: '·', emoji: '⚪', word: 'not run', verb: 'did not run', style: 'inactive' },
  unknown: {
    sign: '?',
    emoji: '❔',
    word: 'unknown',
    verb: 'ended with an unknown result',
    style: 'stopped',
  },
};

/** Colours that read on GitHub's light and dark page, each with a text colour of its own. */
export const colours: Readonly<
  Record<Style, { readonly fill: string; readonly stroke: string; readonly text: string }>
> = {
  success: { fill: '#1a7f37', stroke: '#116329', text: '#ffffff' },
  failure: { fill: '#cf222e', stroke: '#a40e26', text: '#ffffff' },
  stopped: { fill: '#9a6700', stroke: '#7d4e00', text: '#ffffff' },
  active: { fill: '#0969da', stroke: '#0550ae', text: '#ffffff' },
  inactive: { fill: '#6e7781', stroke: '#57606a', text: '#ffffff' },
};
