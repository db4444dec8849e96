/**
 * Describes how to use a simulator with the action, curl and KooCLI: `npm run simulator` prints it and the page at `/` shows it.
 * Every key in it is fake.
 */
import type { Cloud } from './cloud.ts';
import { defaultAccessKey, defaultUser } from './iam.ts';

/** `url`: the address of the simulator. `jobId`: the job that the examples start; the first one when left out. */
export function guide(cloud: Cloud, url: string, jobId = [...cloud.jobs.keys()][0] ?? 'JOB_ID'): string {
  const { ak, sk } = defaultAccessKey;
  const user = cloud.iam.users[0] ?? defaultUser;
  const hcloud = (rest: string) => `hcloud CodeArtsBuild ${rest} $KOO`;
  return `access key   ${ak}
secret key   ${sk}
project id   ${cloud.projectId}
IAM user     ${user.name} of domain ${user.domain}, password ${user.password}

the action, in a job that runs on this machine (a self-hosted runner or act)
  with:
    endpoint: ${url}
    iam-endpoint: ${url}
    region: ${cloud.region}
    access-key: ${ak}
    secret-key: ${sk}
    job-id: ${jobId}

the built action, without a runner
  npm run demo -- --endpoint ${url} --job ${jobId}

curl
  TOKEN=$(curl -si ${url}/v3/auth/tokens -H 'Content-Type: application/json' -d '{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"${user.name}","password":"${user.password}","domain":{"name":"${user.domain}"}}}},"scope":{"project":{"name":"${cloud.region}"}}}}' | tr -d '\\r' | awk 'tolower($1) == "x-subject-token:" { print $2 }')
  curl -s -X POST ${url}/v3/jobs/build -H "X-Auth-Token: $TOKEN" -H 'Content-Type: application/json' -d '{"job_id":"${jobId}"}'
  sleep 5 # until then the build may be in the queue and has no log
  curl -s "${url}/v4/jobs/${jobId}/1/record-info" -H "X-Auth-Token: $TOKEN"
  curl -s "${url}/v3/jobs/${jobId}/1/real-time-log?offset=0" -H "X-Auth-Token: $TOKEN"

KooCLI
  KOO="--cli-endpoint=${url} --cli-region=${cloud.region} --cli-project-id=${cloud.iamProjectId(cloud.region)} --cli-access-key=${ak} --cli-secret-key=${sk}"
  ${hcloud(`RunJob --job_id=${jobId}`)}
  ${hcloud(`ShowRecordDetail --job_id=${jobId} --build_no=1`)}
  ${hcloud(`DownloadRealTimeLog --job_id=${jobId} --build_no=1 --offset=0`)}
`;
}
