// Draws the children of a multi-task build in GitHub's Mermaid: a graph of who waits for whom, and a timeline of when
// each one ran. Names from outside can't end a label, open a directive or leave the block: of them only letters, digits
// and a few harmless signs stay as they are. Empty where there is nothing to draw, or too much for Mermaid to take.

import { type Child, secondsOf } from '../../builds/children/child.ts';
import { formatSeconds, singleLine, toSingleLine } from '../../text.ts';
import { labels, type Style } from '../report/lists.ts';

/** Mermaid's own limits, as GitHub leaves them, are 500 arrows and 50,000 characters; a reader's are lower. */
const maxChildren = 100;
const maxArrows = 300;
const maxNameLength = 60;
/** So many boxes beside each other can still be read. */
const maxRowLength = 6;

/**
 * Invisible, and before each name: what follows it is no word of Mermaid's grammar (a date, "call", "title") and no
 * Markdown ("1. build"), which Mermaid 11.0 to 11.9 refuse to draw.
 */
const wordJoiner = '\u2060';

/** Colours that read on GitHub's light and dark page, each with a text colour of its own. */
const colours: Readonly<
  Record<Style, { readonly fill: string; readonly stroke: string; readonly text: string }>
> = {
  success: { fill: '#1a7f37', stroke: '#116329', text: '#ffffff' },
  failure: { fill: '#cf222e', stroke: '#a40e26', text: '#ffffff' },
  stopped: { fill: '#9a6700', stroke: '#7d4e00', text: '#ffffff' },
  active: { fill: '#0969da', stroke: '#0550ae', text: '#ffffff' },
  inactive: { fill: '#6e7781', stroke: '#57606a', text: '#ffffff' },
};

/** Draws the graph: an arrow from each child to those that wait for it. */
export function flowchart(children: readonly Child[]): string {
  const places = new Map(children.map(({ recordId }, place) => [recordId, place]));
  const arrows = children.flatMap(({ needs }, place) =>
    needs.flatMap((need) => {
      const from = places.get(need);
      return from === undefined ? [] : [`  c${from} --> c${place}`];
    }),
  );
  if (children.length === 0 || children.length > maxChildren || arrows.length > maxArrows) return '';
  const boxes = children.map((child, place) => {
    const { word, style } = labels[child.state];
    const seconds = secondsOf(child);
    const state = seconds === undefined ? word : `${word}, ${formatSeconds(seconds)}`;
    return `  c${place}["${graphLabel(child.name)}<br/>${state}"]:::${style}`;
  });
  const styles = [...new Set(children.map(({ state }) => labels[state].style))];
  const classes = styles.map((style) => {
    const { fill, stroke, text } = colours[style];
    return `  classDef ${style} fill:${fill},stroke:${stroke},color:${text}`;
  });
  // A long chain from left to right would shrink to nothing.
  const direction = depth(children) > maxRowLength ? 'TD' : 'LR';
  return [`flowchart ${direction}`, ...boxes, ...arrows, ...classes].join('\n');
}

/** Draws the timeline: when each child ran. Empty for a single child. */
export function gantt(children: readonly Child[]): string {
  const ran = children
    .flatMap((child, place) => {
      const { startedAt } = child;
      if (startedAt === undefined) return [];
      const end = child.finishedAt ?? startedAt + (child.durationMs ?? 0);
      // A bar of no length is not drawn.
      return [{ startedAt, endedAt: Math.max(end, startedAt + 1), child, place }];
    })
    .toSorted((one, other) => one.startedAt - other.startedAt);
  const [first] = ran;
  if (!first || ran.length < 2 || ran.length > maxChildren) return '';
  const bars = ran.map(
    ({ startedAt, endedAt, child, place }) =>
      `  ${barName(child.name)} :${tags[labels[child.state].style]}c${place}, ${startedAt}, ${endedAt}`,
  );
  const span = Math.max(...ran.map(({ endedAt }) => endedAt)) - first.startedAt;
  return [
    theme,
    'gantt',
    '  title When each child ran (your local time)',
    '  dateFormat x',
    '  axisFormat %H:%M:%S',
    `  tickInterval ${tickInterval(span)}`,
    ...bars,
  ].join('\n');
}

/** Chooses an interval that gives at most some eight ticks. */
function tickInterval(spanMs: number): string {
  const seconds = [1, 2, 5, 10, 15, 30].find((step) => spanMs / 1_000 / step <= 8);
  if (seconds !== undefined) return `${seconds}second`;
  const minutes = [1, 2, 5, 10, 15, 30].find((step) => spanMs / 60_000 / step <= 8);
  return minutes === undefined ? `${Math.ceil(spanMs / 3_600_000 / 8)}hour` : `${minutes}minute`;
}

/** Counts the children of the longest chain. Returns also when the service reports a circle. */
function depth(children: readonly Child[]): number {
  let level = 0;
  let left: readonly Child[] = children;
  while (left.length > 0 && level < children.length) {
    const waiting = new Set(left.map(({ recordId }) => recordId));
    left = left.filter(({ needs }) => needs.some((need) => waiting.has(need)));
    level += 1;
  }
  return level;
}

/** A timeline has no classes, only four kinds of bar: these tags choose one, and the theme gives it its colour. */
const tags: Readonly<Record<Style, string>> = {
  success: '',
  failure: 'crit, ',
  stopped: 'done, ',
  active: 'active, ',
  inactive: 'done, ',
};

const theme = `%%{init: ${JSON.stringify({
  theme: 'base',
  themeVariables: {
    taskBkgColor: colours.success.fill,
    taskBorderColor: colours.success.stroke,
    taskTextColor: colours.success.text,
    taskTextLightColor: colours.success.text,
    taskTextDarkColor: colours.success.text,
    critBkgColor: colours.failure.fill,
    critBorderColor: colours.failure.stroke,
    doneTaskBkgColor: colours.stopped.fill,
    doneTaskBorderColor: colours.stopped.stroke,
    activeTaskBkgColor: colours.active.fill,
    activeTaskBorderColor: colours.active.stroke,
    taskTextOutsideColor: '#808080',
    titleColor: '#808080',
  },
})}}%%`;

/** Escapes a name within double quotes: a sign that may have a meaning becomes Mermaid's code for a character. */
function graphLabel(name: string): string {
  const text = toSingleLine(name.toWellFormed(), maxNameLength)
    .replace(/[^\p{L}\p{N} _./-]/gu, (sign) => `#${sign.codePointAt(0)};`)
    // Even in a label, Mermaid takes "direction LR" for a statement.
    .replace(/d(?=irection\b)/gi, (letter) => `#${letter.codePointAt(0)};`);
  return `${wordJoiner}${text || '-'}`;
}

/** Cleans a bar's name, which has no quotes and no codes and ends at a colon: other signs become blanks. */
function barName(name: string): string {
  const text = toSingleLine(name, maxNameLength).replace(/[^\p{L}\p{N} _./-]/gu, ' ');
  return `${wordJoiner}${singleLine(text) || '-'}`;
}
