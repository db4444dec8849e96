/**
 * Describes how a build's log begins, marks its steps and ends. Scenarios and the simulator's options choose it;
 * whatever neither chooses follows from the form.
 */
import * as v from 'valibot';
import type { Language } from '../dates.ts';

export const logForms = ['custom-executor', 'public-executor', 'older'] as const;
export type LogForm = (typeof logForms)[number];

const described = <const S extends v.GenericSchema>(schema: S, words: string) =>
  v.pipe(schema, v.description(words));
const choice = <const T extends string>(choices: readonly T[], words: string) =>
  described(v.picklist(choices, `must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`), words);
const flag = (words: string) => described(v.boolean('must be true or false'), words);

export const logStyleSchema = v.strictObject({
  form: v.optional(
    choice(
      logForms,
      'custom-executor and public-executor: the forms of logs of 2026; older: the form of the 2024 reference',
    ),
  ),
  startedByUser: v.optional(flag('Begins with "Started by user jenkins"')),
  allTasksStatus: v.optional(flag('Lists the state of every task near the end')),
  finished: v.optional(
    choice(['dated', 'bare', 'absent'], 'How the last line, "Finished: RESULT", is written, if at all'),
  ),
  finishedAfterSeconds: v.optional(
    described(
      v.pipe(v.number('must be a number of seconds'), v.minValue(0, 'must not be negative')),
      'How long after the end of the build the last line appears, in seconds',
    ),
  ),
  afterFinished: v.optional(described(v.string('must be text'), 'A line after "Finished: RESULT"')),
});

export type LogStyleSource = v.InferInput<typeof logStyleSchema>;

export interface LogStyle {
  readonly form: LogForm;
  readonly startedByUser: boolean;
  readonly allTasksStatus: boolean;
  readonly finished: 'dated' | 'bare' | 'absent';
  readonly finishedAfterSeconds: number;
  readonly afterFinished: string | undefined;
}

const defaults: Readonly<Record<LogForm, Omit<LogStyle, 'form'>>> = {
  'custom-executor': {
    startedByUser: false,
    allTasksStatus: false,
    finished: 'dated',
    finishedAfterSeconds: 0,
    afterFinished: undefined,
  },
  'public-executor': {
    startedByUser: true,
    allTasksStatus: true,
    finished: 'bare',
    finishedAfterSeconds: 0,
    afterFinished: undefined,
  },
  older: {
    startedByUser: false,
    allTasksStatus: true,
    finished: 'bare',
    finishedAfterSeconds: 0,
    afterFinished: undefined,
  },
};

/**
 * The style of a log; later sources win over earlier ones. Where none chooses a form, a Chinese log is that of a custom
 * executor and an English one that of a public executor, as in the published logs.
 */
export function logStyle(language: Language, ...sources: readonly (LogStyleSource | undefined)[]): LogStyle {
  const chosen: LogStyleSource = Object.assign({}, ...sources);
  const form = chosen.form ?? (language === 'zh' ? 'custom-executor' : 'public-executor');
  const set = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return { ...defaults[form], ...Object.fromEntries(set), form };
}
