// The children of a multi-task build as two drawings in GitHub's Mermaid: who waits for whom, and when each one ran.
// Names from outside can't end a label, open a directive or leave the block: of them only letters, digits and a few
// harmless signs stay as they are. Pure. Empty where there is nothing to draw, or too much for Mermaid to take.

import { type Child, type ChildState, secondsOf } from '../../builds/children/child.ts';
import { formatSeconds } from '../../text.ts';

/** Mermaid's own limits, as GitHub leaves them, are 500 arrows and 50,000 characters; a reader's are lower. */
const mostChildren = 100;
const mostArrows = 300;
const longestName = 60;
/** So many boxes beside each other can still be read. */
const longestRow = 6;

type Style = 'good' | 'bad' | 'halted' | 'busy' | 'idle';

/** The state's words, and how it looks in a drawing. */
const states: Readonly<Record<ChildState, { readonly word: string; readonly look: Style }>> = {
  success: { word: 'succeeded', look: 'good' },
  failure: { word: 'failed', look: 'bad' },
  'timed-out': { word: 'timed out', look: 'bad' },
  aborted: { word: 'stopped', look: 'halted' },
  skipped: { word: 'skipped', look: 'idle' },
  waiting: { word: 'waiting', look: 'idle' },
  running: { word: 'running', look: 'busy' },
  unknown: { word: 'ended', look: 'halted' },
};

/** Each box has a text colour of its own, so that it reads on GitHub's light and dark page. */
const looks: Readonly<Record<Style, string>> = {
  good: 'fill:#1a7f37,stroke:#116329,color:#ffffff',
  bad: 'fill:#cf222e,stroke:#a40e26,color:#ffffff',
  halted: 'fill:#9a6700,stroke:#7d4e00,color:#ffffff',
  busy: 'fill:#0969da,stroke:#0550ae,color:#ffffff',
  idle: 'fill:#6e7781,stroke:#57606a,color:#ffffff',
};

/** The graph: an arrow from each child to those that wait for it. */
export function flowchart(children: readonly Child[]): string {
  const places = new Map(children.map(({ recordId }, place) => [recordId, place]));
  const arrows = children.flatMap(({ needs }, place) =>
    needs.flatMap((need) => {
      const from = places.get(need);
      return from === undefined ? [] : [`  c${from} --> c${place}`];
    }),
  );
  if (children.length === 0 || children.length > mostChildren || arrows.length > mostArrows) return '';
  const boxes = children.map((child, place) => {
    const { word, look } = states[child.state];
    const seconds = secondsOf(child);
    const told = seconds === undefined ? word : `${word}, ${formatSeconds(seconds)}`;
    return `  c${place}["${label(child.name)}<br/>${told}"]:::${look}`;
  });
  const used = [...new Set(children.map(({ state }) => states[state].look))];
  const classes = used.map((look) => `  classDef ${look} ${looks[look]}`);
  // A long chain from left to right would shrink to nothing.
  const way = depth(children) > longestRow ? 'TD' : 'LR';
  return [`flowchart ${way}`, ...boxes, ...arrows, ...classes].join('\n');
}

/** The timeline: when each child ran, on the wall clock of whoever looks at it. None of a single child. */
export function gantt(children: readonly Child[]): string {
  const ran = children
    .flatMap(({ startedAt, ...child }, place) =>
      startedAt === undefined ? [] : [{ startedAt, child, place }],
    )
    .toSorted((one, other) => one.startedAt - other.startedAt);
  if (ran.length < 2 || ran.length > mostChildren) return '';
  const bars = ran.map(({ startedAt, child, place }) => {
    const end = child.finishedAt ?? startedAt + (child.durationMs ?? 0);
    // A bar of no length is not drawn.
    const until = Math.max(end, startedAt + 1);
    return `  ${barName(child.name)} :${tags[states[child.state].look]}c${place}, ${startedAt}, ${until}`;
  });
  return ['gantt', '  dateFormat x', '  axisFormat %H:%M:%S', ...bars].join('\n');
}

/** How many children the longest chain has. Ends also where the service tells of a circle. */
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

/** Mermaid's words for how a bar looks. */
const tags: Readonly<Record<Style, string>> = {
  good: '',
  bad: 'crit, ',
  halted: 'done, crit, ',
  busy: 'active, ',
  idle: 'done, ',
};

/** A name within double quotes: a sign that may have a meaning becomes Mermaid's code for a character. */
function label(name: string): string {
  return clipped(name).replace(/[^\p{L}\p{N} _./-]/gu, (sign) => `#${sign.codePointAt(0)};`) || '-';
}

const statements =
  /^(?:title|section|gantt|dateFormat|axisFormat|tickInterval|includes|excludes|todayMarker|week\w*|inclusiveEndDates|topAxis|click|acc\w+)\b/i;

/** A bar's name stands bare up to a colon and has no codes: signs become blanks, and no name begins a statement. */
function barName(name: string): string {
  const text = clipped(clipped(name).replace(/[^\p{L}\p{N} _./-]/gu, ' ')) || '-';
  return statements.test(text) ? `- ${text}` : text;
}

function clipped(name: string): string {
  const folded = name
    .toWellFormed()
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  const characters = [...folded];
  return characters.length > longestName ? characters.slice(0, longestName).join('').trimEnd() : folded;
}
