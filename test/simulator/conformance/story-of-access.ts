/**
 * Authenticates through the SDK: signatures, temporary keys, project look-up, ID tokens, and what is rejected.
 * Reference 3.2, 6.2, 6.3.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../simulator.ts';
import type { Sdk } from './sdk.ts';
import type { Trial } from './trial.ts';

/** `folder`: where a file may be left for as long as the trial takes. */
export async function access(trial: Trial, sdk: Sdk, job: Job, folder: string): Promise<void> {
  const { simulator } = trial;
  const { url: endpoint, accessKey, temporaryKey, region } = simulator;
  const service = 'codeartsbuild' as const;
  const project_id = simulator.iamProjectId;
  const { ak, sk } = accessKey;
  const temporary = { ak: temporaryKey.ak, sk: temporaryKey.sk, security_token: temporaryKey.securityToken };
  const look = { job_id: job.id };

  await sdk.client({ client: 'temporary', service, endpoint, credentials: { ...temporary, project_id } });
  await trial.answers(
    'show_job_status',
    look,
    { result: false },
    { as: 'temporary', about: 'temporary key' },
  );

  await sdk.client({
    client: 'by-region',
    service,
    endpoint,
    region,
    credentials: { ak, sk, iam_endpoint: endpoint },
  });
  await trial.answers(
    'show_job_status',
    look,
    { result: false },
    { as: 'by-region', about: 'project from IAM' },
  );
  const sent = simulator.requests.at(-1)?.headers['x-project-id'];
  trial.holds('     the SDK asked IAM for the project', sent === project_id ? [] : [`it sent ${sent}`]);

  const file = join(folder, 'id-token');
  writeFileSync(file, simulator.idToken());
  const keyless = { idp_id: simulator.identityProvider.id, id_token_file: file, iam_endpoint: endpoint };
  await sdk.client({ client: 'keyless', service, endpoint, credentials: { ...keyless, project_id } });
  await trial.answers('show_job_status', look, { result: false }, { as: 'keyless', about: 'ID token' });
  const way = simulator.requests.slice(-3).map(({ call }) => call);
  const asked = way.join(', ') === 'id-token, temporary-key, status';
  trial.holds(
    '     the SDK made a temporary key of the ID token',
    asked ? [] : [`it called ${way.join(', ')}`],
  );

  const { providerUrn: provider_urn, agencyUrn: agency_urn } = simulator.trust;
  const id_token = simulator.idToken();
  const oidc = { provider_urn, agency_urn, id_token, sts_endpoint: endpoint, project_id };
  await sdk.client({ client: 'by-sts', service, endpoint, credentials: oidc });
  await trial.answers('show_job_status', look, { result: false }, { as: 'by-sts', about: 'STS' });
  const steps = simulator.requests.slice(-2).map(({ call }) => call);
  trial.holds(
    '     the SDK got credentials from STS',
    steps.join(', ') === 'assume-with-oidc, status' ? [] : [`it called ${steps.join(', ')}`],
  );

  await sdk.client({ client: 'stranger', service, endpoint, credentials: { ak, sk: 'wrong', project_id } });
  await trial.rejects('show_job_status', look, 401, 'APIGW.0301', { as: 'stranger' });
  await rejections(trial, job);
}

async function rejections(trial: Trial, job: Job): Promise<void> {
  const { simulator } = trial;
  const look = { job_id: job.id };
  await trial.rejects('show_job_status', { job_id: 'short' }, 400, 'CB.00060201');
  await trial.rejects('show_job_status', { job_id: '0'.repeat(32) }, 422, 'CB.00031006');
  const bad = { job_id: job.id, parameter: [{ name: 'level', value: 'none of them' }] };
  await trial.rejects('run_job', { body: bad }, 400, 'CB.00060200');
  const nobody = { file_name: 'android.keystore', domain_id: 'x' };
  await trial.rejects('download_keystore', nobody, 400, 'CB.00060202');
  await trial.rejects('download_keystore', { ...nobody, file_name: 'x'.repeat(501) }, 400, 'CB.00060203');
  await trial.rejects('show_running_status', look, 404, 'APIGW.0101', {
    about: 'not simulated: 404 APIGW.0101',
  });
  simulator.faults.add({ call: 'status', kind: 'too-frequent' });
  await trial.rejects('show_job_status', look, 400, 'CB.00060211');
  simulator.faults.add({ call: 'status', kind: 'busy' });
  await trial.rejects('show_job_status', look, 500, 'CB.00060100');
  simulator.faults.add({ call: 'status', kind: 'throttled' });
  // The SDK gives up on a 429 before it reads the body, and names neither the gateway's code nor the request.
  await trial.rejects('show_job_status', look, 429, '429', { requestId: '' });
}

/** IAM itself: a token by password (3.2) and the projects (6.3). */
export async function signIn(trial: Trial, sdk: Sdk): Promise<void> {
  const { simulator } = trial;
  const { url: endpoint, accessKey, user, region } = simulator;
  const { ak, sk } = accessKey;
  const credentials = { ak, sk, domain_id: simulator.domainId, global: true };
  await sdk.client({ client: 'iam', service: 'iam', endpoint, credentials });
  const domain = { id: simulator.domainId, name: user.domain };
  const project = { id: simulator.iamProjectId, name: region, domain };
  const body = {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: user.name, password: user.password, domain: { name: user.domain } } },
      },
      scope: { project: { name: region } },
    },
  };
  const now = new Date(trial.clock.now());
  const written = (date: Date) => date.toISOString().replace('Z', '000Z');
  await trial.answers(
    'keystone_create_user_token_by_password',
    { body },
    () => ({
      token: {
        catalog: [],
        domain: null,
        expires_at: written(new Date(now.getTime() + 86_400_000)),
        issued_at: written(now),
        methods: ['password'],
        project,
        roles: [{ id: '0', name: 'te_admin' }],
        user: { id: simulator.userId, name: user.name, domain },
      },
      'X-Subject-Token': simulator.tokens.at(-1) ?? null,
    }),
    { as: 'iam', by: 'open' },
  );
  await trial.answers(
    'keystone_list_projects',
    { name: region },
    {
      projects: [
        {
          domain_id: simulator.domainId,
          is_domain: false,
          parent_id: simulator.domainId,
          name: region,
          description: '',
          links: { self: `https://www.example.com/v3/projects/${simulator.iamProjectId}` },
          id: simulator.iamProjectId,
          enabled: true,
        },
      ],
      links: { self: 'https://www.example.com/v3/projects' },
    },
    { as: 'iam' },
  );
}
