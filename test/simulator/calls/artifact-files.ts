/** Handles CodeArts Artifact's look-up of a file of a project's release repository, which the packages of builds are in. */
import { createHash } from 'node:crypto';
import type { Build } from '../build.ts';
import { fillPlaceholders } from '../build-log.ts';
import { uuid } from '../identifiers.ts';
import { ServiceError } from '../service-errors.ts';
import { type Answer, type Call, ok, textFrom } from './call.ts';

/** The code is a guess. */
const noSuchFile = () => new ServiceError(404, 'CloudArtifact.0404', 'the file does not exist');

/** `file_name` is the id of the project and the path of the file in it. */
export function showFileInfo(call: Call): Answer {
  const fullPath = textFrom(call, 'file_name').replace(/^\//, '');
  const slash = fullPath.indexOf('/');
  const [projectId, path] = [fullPath.slice(0, slash), fullPath.slice(slash)];
  const build = [...call.cloud.jobs.values()]
    .filter((job) => job.projectId === projectId)
    .flatMap((job) => job.history)
    .find((one) => packagePaths(one).includes(path));
  if (build === undefined) throw noSuchFile();
  const content = Buffer.from(`${fullPath} of build ${build.facts.dailyNumber}\n`);
  const digest = (kind: string) => createHash(kind).update(content).digest('hex');
  const id = uuid(build.recordId, path).replaceAll('-', '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  const store = `https://devrepo.devcloud.${call.cloud.region}.example.com/releases`;
  return ok({
    status: 'success',
    trace_id: uuid(build.recordId, path, 'trace'),
    result: {
      id,
      file_id: id,
      repo_name: projectId,
      project_name: build.facts.job.projectName,
      parent_id: uuid(projectId, path.slice(0, -name.length)).replaceAll('-', ''),
      name,
      file_name: name,
      type: 'file',
      category: 'test',
      extension: /\.(\w+)$/.exec(name)?.[1] ?? null,
      path,
      full_path: `/${fullPath}`,
      size: content.length,
      md5: digest('md5'),
      sha256: digest('sha256'),
      download_url: `${store}/${fullPath.split('/').map(encodeURIComponent).join('/')}`,
      download_url_with_id: `${store}/files/${id}`,
      web_url: null,
      version_enable: false,
      migrated_state: 0,
      upload_id: null,
    },
  });
}

function packagePaths(build: Build): string[] {
  const { package: single, packages } = build.artifacts;
  return [...(single === undefined ? [] : [single]), ...Object.values(packages ?? {})].map(({ uri }) =>
    fillPlaceholders(uri, build).replace(/^\/?/, '/'),
  );
}
