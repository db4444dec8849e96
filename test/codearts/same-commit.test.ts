// Which ids name the same commit.

import { expect, it } from 'vitest';
import { sameCommit } from '../../src/codearts/build-schemas.ts';

const commit = 'abcdef0123456789abcdef0123456789abcdef01';

it.each([
  { id: commit, same: true },
  { id: commit.toUpperCase(), same: true },
  { id: 'ABCDEF0', same: true },
  { id: 'abcdef', same: false },
  { id: '', same: false },
  { id: 'abcdef1', same: false },
])('compares "$id" with a full commit id: $same', ({ id, same }) => {
  expect({ forth: sameCommit(id, commit), back: sameCommit(commit, id) }).toEqual({
    forth: same,
    back: same,
  });
});
