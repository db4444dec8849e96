/** Returns key store files of a domain (4.3). */
import { errors } from '../service-errors.ts';
import type { Answer, Call } from './call.ts';

export function downloadKeystore(call: Call): Answer {
  const name = call.query.get('file_name') ?? '';
  if (name === '' || name.length > 500) throw errors.badFileName();
  const domain = call.query.get('domain_id') ?? '';
  if (!/^[0-9a-z]{32}$/.test(domain)) throw errors.badBusinessId();
  if (domain !== call.cloud.domainId) throw errors.notAllowed();
  const file = call.cloud.keystore.get(name);
  if (file === undefined) throw errors.noFile();
  return {
    kind: 'file',
    status: 200,
    name: encodeURIComponent(name),
    size: file.length,
    read: (from, to) => file.subarray(from, to),
  };
}
