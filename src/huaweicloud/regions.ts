// Derives the addresses of Huawei Cloud's services from the region. The list of regions only helps to recognise a
// typing error: a new region is not rejected. Private clouds have hosts of their own, which are set as endpoints.
// Source: the reference's table 1-1 and the official SDK's region table; the console's host was seen live.

/**
 * The regions known to offer CodeArts Build. Another one is worth a notice, never an error: regions open more often
 * than lists of them are updated.
 */
export const knownRegions: readonly string[] = [
  'cn-north-1',
  'cn-north-4',
  'cn-northeast-1',
  'cn-east-2',
  'cn-east-3',
  'cn-south-1',
  'cn-south-2',
  'cn-southwest-2',
  'ap-southeast-3',
  'la-north-2',
  'la-south-2',
  'sa-brazil-1',
  'tr-west-1',
];

/** True when the text can be a region and so part of a host name: it cannot lead a request to another host. */
export function isWellFormedRegion(region: string): boolean {
  return /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(region);
}

/** Where the host of CodeArts Artifact has another form, as the official SDK has it. */
const shortArtifactHosts = new Set(['cn-south-1', 'ap-southeast-3', 'me-east-1', 'af-south-1', 'af-north-1']);

/** The origin of a service's API; `cloudbuild-ext` is CodeArts Build's. `region` must be well-formed. */
export function endpointOf(service: 'cloudbuild-ext' | 'artifact' | 'iam' | 'sts', region: string): string {
  const isLong = service === 'artifact' && !shortArtifactHosts.has(region);
  return `https://${isLong ? 'cloudartifacts-ext' : service}.${checked(region)}.myhuaweicloud.com`;
}

/**
 * The console page of a job's builds, where `{project_id}` and `{job_id}` are to be filled in. Host, project part
 * and `detail/history/{job_id}` were seen live or are in later editions of the reference; how they are joined is
 * a guess, for no edition documents the page of a build. Users can set `console-url`.
 */
export function consolePageTemplate(region: string): string {
  return `https://devcloud.${checked(region)}.huaweicloud.com/cicd/project/{project_id}/cloudbuild/detail/history/{job_id}`;
}

function checked(region: string): string {
  if (!isWellFormedRegion(region)) throw new TypeError('a region is lower-case letters, digits and hyphens');
  return region;
}

/** True for https, and for http that does not leave the machine. */
export function isConfidentialUrl({ protocol, hostname }: URL): boolean {
  const isLoopback = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}
