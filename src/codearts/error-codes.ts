// Knows the error codes of the service: what each means in English, and what to do about it.

const unknownJob =
  "Check job-id (the 32 characters at the end of the job page's address), region, and iam-project-id.";
const notAllowed =
  'The user needs permission on the job: by default a project manager, developer, system engineer or committer may execute it, a tester or viewer may not (job settings, permissions). Check region and iam-project-id too.';

/** What to do about a rejected call; empty where nothing needs to be done, or nobody knows. */
export function remedyForCode(code: string, status: number): string {
  return remedyByCode.get(code) ?? remedyByStatus.get(status) ?? '';
}

/** What a message in Chinese says; undefined where the code is not known, or the message is in another language. */
export function englishMeaning(code: string, message: string): string | undefined {
  if (!/\p{Script=Han}/u.test(message)) return undefined;
  // CodeArts writes some codes with DEV before them.
  return englishByCode.get(code.replace(/^DEVCB\./, 'CB.'));
}

const remedyByCode: ReadonlyMap<string, string> = new Map([
  [
    'APIGW.0301',
    "Check access-key and secret-key (and security-token for temporary keys), and that they are of this region's account.",
  ],
  ['APIGW.0302', notAllowed],
  ['APIGW.0101', 'Check endpoint: there is no such API at this host and path.'],
  ['CB.00060201', unknownJob],
  ['CB.00031006', unknownJob],
  ['DEVCB.00031006', unknownJob],
  // With HTTP 403, but not about permissions: nothing needs to be done.
  ['CB.00031059', ''],
]);

/** The codes that remedyForCode() knows; docs/troubleshooting.md has an entry for each. */
export const codesWithRemedy: readonly string[] = [...remedyByCode.keys()];

const remedyByStatus: ReadonlyMap<number, string> = new Map([
  [401, 'Check access-key and secret-key (and security-token for temporary keys).'],
  [403, notAllowed],
  [404, 'Check endpoint and job-id.'],
]);

/** What CodeArts says in Chinese alone. Reference, appendix 6.2; the codes CB.0003… and DEV.CB were seen live. */
const englishByCode: ReadonlyMap<string, string> = new Map([
  ['CB.00030004', "the build back end can't be reached, see the log"],
  ['CB.00031006', 'no such job, build or record'],
  ['CB.00031059', 'this build has no history'],
  ['CB.00031105', 'the time span is longer than 31 days'],
  ['CB.00060100', 'the service is busy, try again later'],
  ['CB.00060101', 'internal error of the service'],
  ['CB.00060200', 'invalid parameter'],
  ['CB.00060201', 'invalid job ID'],
  ['CB.00060202', 'invalid ID'],
  ['CB.00060203', 'invalid file name'],
  ['CB.00060211', 'too many requests, try again later'],
  ['CB.00060214', 'no such URL'],
  ['DEV.CB.032302', 'the build has already ended'],
]);
