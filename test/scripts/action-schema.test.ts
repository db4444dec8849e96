// Tests which mistakes in an action.yml GitHub's schema finds.

import { describe, expect, it } from 'vitest';
import { schemaFaults } from '../../scripts/checks/action-schema.ts';

const good = `name: name
description: description
inputs:
  region:
    description: region
runs:
  using: node24
  main: dist/main/index.js
branding:
  icon: play-circle
  color: red
`;

describe("GitHub's schema", () => {
  it('accepts a valid action.yml', async () => {
    expect(await schemaFaults(good)).toEqual([]);
  });

  it.each([
    ['a runtime that GitHub does not have', 'node24', 'node23'],
    ['an icon that GitHub does not have', 'play-circle', 'rocket'],
    ['a key that GitHub does not know', 'branding', 'brand'],
    ['YAML that cannot be read', 'name: name', 'name: ['],
  ])('rejects %s', async (_, part, instead) => {
    expect(await schemaFaults(good.replace(part, instead))).not.toEqual([]);
  });
});
