/** Key store files of a domain (4.3). */
import { refuse } from '../refusal.ts';
import type { Answer, Call } from './call.ts';

export function downloadKeystore(call: Call): Answer {
  const name = call.query.get('file_name') ?? '';
  if (name === '' || name.length > 500) throw refuse.badFileName();
  const domain = call.query.get('domain_id') ?? '';
  if (!/^[0-9a-z]{32}$/.test(domain)) throw refuse.badBusinessId();
  if (domain !== call.cloud.domainId) throw refuse.notAllowed();
  const file = call.cloud.keystore.get(name);
  if (file === undefined) throw refuse.noFile();
  return {
    kind: 'file',
    status: 200,
    name: encodeURIComponent(name),
    size: file.length,
    read: (from, to) => file.subarray(from, to),
  };
}
