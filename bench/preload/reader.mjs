// Serves as the baseline for a log: reads its pages with undici, one after the other, and writes their text to stdout. It does not sign,
// check, split or store anything.

import { Agent, request } from 'undici';

const [url, token] = process.argv.slice(2);
const dispatcher = new Agent();
for (let offset = '0'; ; ) {
  const answer = await request(`${url}?offset=${offset}`, { dispatcher, headers: { 'x-auth-token': token } });
  const { result } = await answer.body.json();
  if (result.content !== '' && !process.stdout.write(result.content)) {
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
  if (!result.has_more_data) break;
  offset = String(result.offset);
}
process.stdout.write('', () => process.exit(0));
