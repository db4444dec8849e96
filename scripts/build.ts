// `npm run build`: writes dist/ and prints the size of its files. bundle.ts says how they are made.

import { bundle, writeBundle } from './bundle.ts';
import { dist } from './paths.ts';

const made = await bundle();
await writeBundle(made, dist);
for (const [name, bytes] of made.files) console.log(`dist/${name}  ${Math.ceil(bytes.length / 1024)} KB`);
console.log(`contains ${made.packages.join(', ')}`);
