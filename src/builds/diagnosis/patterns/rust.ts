// Lists what errors of Rust builds and tests look like.

import type { ContextPattern, ErrorPattern } from './pattern.ts';

export const rustErrors: readonly ErrorPattern[] = [
  { name: 'rustc error', expression: /^error\[E\d+\]: (?<message>.+)$/, weight: 60 },
  {
    name: 'cargo consequence',
    expression:
      /^error: (?<message>(?:could not compile|aborting due to|build failed|test failed, to rerun|doctest failed|\d+ targets? failed|process didn't exit).*)$/,
    weight: 20,
  },
  {
    name: 'Rust panic',
    expression:
      /^\s*thread '(?<test>[^']*)' (?:\(\d+\) )?panicked at (?<file>[^\s:']+):(?<line>\d+):(?<column>\d+):$/,
    weight: 50,
    opens: 'panic',
  },
  { name: 'message of a Rust panic', expression: /^(?<message>\S.*)$/, weight: 55, needs: 'panic' },
  {
    name: 'panic of an older Rust',
    expression: /^\s*thread '(?<test>[^']*)' panicked at (?<message>'.+', \S+:\d+:\d+)$/,
    weight: 55,
  },
  { name: 'Rust test', expression: /^test (?<message>\S+)(?: - should panic)? \.\.\. FAILED$/, weight: 40 },
];

export const rustContexts: readonly ContextPattern[] = [
  {
    name: 'place of a Rust error',
    expression: /^\s*--> (?<file>[^\s:]+):(?<line>\d+):(?<column>\d+)$/,
    position: 'after',
  },
];
