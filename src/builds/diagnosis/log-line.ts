// Splits a line of a build's log into what CodeArts wrote before it and what the tool wrote, and recognises the lines of
// CodeArts' engine from those of the build. The forms are those of published logs.

import { withoutDate } from '../log/step-markers.ts';

export interface LogLine {
  /** Without date, level, tag and terminal codes. */
  readonly text: string;
  /** Empty where the line has none, as most lines of tools. */
  readonly level: string;
  /** `engine`: says nothing about the build's own work. `step`: CodeArts' words on a step. `tool`: what a tool wrote. */
  readonly source: 'engine' | 'step' | 'tool';
  /** The step in CodeArts' tag `[step:command] : `; empty without one. */
  readonly step: string;
}

const esc = '\u001b';
const bell = '\u0007';
/** Colours and other codes for a terminal. */
const terminalCodes = new RegExp(
  `${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)|[@-_])`,
  'g',
);
/** Older logs have a date without a time zone. */
const olderDate = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] /;
const levelForm = /^\[(INFO|WARNING|WARN|DEBUG|ERROR|INTERNAL)\] ?/;
const tagForm = /^(?:\[([^\]]*?)(?::[^\]:]*)?\])? ?: ?/;
/** Steps that no job's author made. */
const engineSteps = new Set(['PRE_ENV', 'POST_ENV', 'Cache Check', 'cache_check', 'wait_job_depends']);
const engineText =
  /^(?:Started by user |Resume disabled by user|Finished: [A-Z_]+$|\[JobStatusPlugin\]|state: \S+, status: |\+{3,}|Failed to complete this step)/;

export function parseLogLine(raw: string): LogLine {
  const dated = withoutDate(raw.includes(esc) ? raw.replace(terminalCodes, '') : raw).replace(olderDate, '');
  const found = levelForm.exec(dated);
  const [prefix = '', level = ''] = found ?? [];
  const rest = dated.slice(prefix.length);
  const tag = found && tagForm.exec(rest);
  const text = tag ? rest.slice(tag[0].length) : rest;
  const step = tag?.[1] ?? '';
  return { text, level, source: sourceOf(text, level, tag !== null && tag !== undefined, step), step };
}

function sourceOf(text: string, level: string, tagged: boolean, step: string): LogLine['source'] {
  if (engineText.test(text)) return 'engine';
  if (level === 'ERROR') return tagged ? 'step' : 'tool';
  if (level === 'INTERNAL') return tagged && text.includes('errorMessage: ') ? 'step' : 'engine';
  if (!tagged) return 'tool';
  // At these levels CodeArts reports its own progress, and warns of its own machines.
  return level === 'INFO' || level === 'DEBUG' || step === '' || engineSteps.has(step) ? 'engine' : 'step';
}
