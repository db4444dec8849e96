// `npm run build`: makes dist/ anew and tells its size. How a bundle is made is bundle.ts's.

import { rm } from 'node:fs/promises';
import { bundle } from './bundle.ts';
import { dist } from './paths.ts';

await rm(dist, { recursive: true, force: true });
const { sizes, packages } = await bundle(dist);
for (const [name, bytes] of sizes) console.log(`dist/${name}  ${Math.ceil(bytes / 1024)} KB`);
console.log(`contains ${packages.join(', ')}`);
